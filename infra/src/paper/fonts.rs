//! The two faces of a document: regular and bold, read from font files or collections.

use std::path::{Path, PathBuf};

use krilla::text::Font;
use parley::FontContext;
use parley::fontique::{Blob, Collection, CollectionOptions, FontInfo};
use parley::style::FontWeight;

use super::PaperError;

/// Where the fonts lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFiles {
    pub regular: PathBuf,
    pub bold: PathBuf,
}

impl Default for FontFiles {
    /// Where Debian's `fonts-noto-cjk` puts them.
    fn default() -> Self {
        let folder = Path::new("/usr/share/fonts/opentype/noto");
        Self { regular: folder.join("NotoSerifCJK-Regular.ttc"), bold: folder.join("NotoSerifCJK-Bold.ttc") }
    }
}

impl FontFiles {
    pub(super) fn check(&self) -> Result<(), PaperError> {
        for path in [&self.regular, &self.bold] {
            std::fs::File::open(path).map_err(|source| PaperError::FontMissing { path: path.clone(), source })?;
        }
        Ok(())
    }
}

/// Of a collection for several languages, the family with the mainland's shapes.
const MAINLAND: &str = " SC";

/// A face as both libraries know it: by family and weight for setting, by its data for drawing.
pub(super) struct Face {
    pub family: String,
    pub weight: FontWeight,
    pub font: Font,
}

pub(super) struct Fonts {
    context: FontContext,
    pub regular: Face,
    pub bold: Face,
}

impl Fonts {
    pub fn read(files: &FontFiles) -> Result<Self, PaperError> {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let mut context = FontContext { collection, source_cache: Default::default() };
        let regular = read_face(&mut context, &files.regular)?;
        let bold = read_face(&mut context, &files.bold)?;
        Ok(Self { context, regular, bold })
    }

    /// A context to set with: it shares the font data.
    pub fn context(&self) -> FontContext {
        self.context.clone()
    }
}

fn read_face(context: &mut FontContext, path: &Path) -> Result<Face, PaperError> {
    let data = std::fs::read(path).map_err(|source| PaperError::FontMissing { path: path.to_owned(), source })?;
    let blob = Blob::from(data);
    let (family, info) = register(context, &blob).ok_or_else(|| PaperError::NotAFont { path: path.to_owned() })?;
    let (shared, _) = blob.into_raw_parts();
    let font = Font::new(shared.into(), info.index()).ok_or_else(|| PaperError::NotAFont { path: path.to_owned() })?;
    Ok(Face { family, weight: info.weight(), font })
}

fn register(context: &mut FontContext, blob: &Blob<u8>) -> Option<(String, FontInfo)> {
    let registered = context.collection.register_fonts(blob.clone(), None);
    let mut faces: Vec<(String, FontInfo)> = registered
        .into_iter()
        .filter_map(|(family, infos)| Some((context.collection.family_name(family)?.to_owned(), infos.into_iter().next()?)))
        .collect();
    let mainland = faces.iter().position(|(family, _)| family.ends_with(MAINLAND)).unwrap_or(0);
    (mainland < faces.len()).then(|| faces.swap_remove(mainland))
}
