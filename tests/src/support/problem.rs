//! Refusals: problem documents (RFC 9457), judged by their stable `code`.

use serde::Deserialize;

use super::client::Answer;

pub const MEDIA_TYPE: &str = "application/problem+json";

#[derive(Debug, Deserialize)]
pub struct Problem {
    pub status: u16,
    pub code: String,
    /// What the person is to do next, in Chinese.
    pub detail: String,
}

impl Answer {
    /// Goes on only if it is this refusal, a whole problem document whose detail speaks to a person.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Problem {
        assert_eq!(self.status(), status, "{self}");
        assert_eq!(self.header("content-type"), MEDIA_TYPE, "{self}");
        let problem: Problem = self.json();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{self}");
        assert!(problem.detail.chars().any(is_han), "the detail is not Chinese: {self}");
        problem
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
