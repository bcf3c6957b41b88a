//! Who sits where in the demo district, and the villagers whose cases are walked: 吴秀英 of 高渡村, who is nobody's relative.

use std::collections::HashMap;

use serde_json::Value;
use tokio::sync::Mutex;

use crate::support::client::Api;
use crate::support::stand::Stand;

pub const OWN_VILLAGE: &str = "511499101204";
pub const OWN_TOWN_STATION: &str = "511499101000-01";
pub const PARTNER: &str = "510199";
const VILLAGER: &str = "wu-xiuying";

pub struct Desks {
    anyone: Api,
    villager: Mutex<Api>,
    staff: Mutex<HashMap<String, Api>>,
    levels: HashMap<String, String>,
}

impl Desks {
    pub async fn open(stand: &Stand) -> Desks {
        let stations = stand.anyone().all("/api/v1/stations?limit=100").await;
        let word = |station: &Value, key: &str| station[key].as_str().expect("a word").to_owned();
        Desks {
            anyone: stand.anyone(),
            villager: Mutex::new(stand.villager(VILLAGER).await),
            staff: Mutex::default(),
            levels: stations.iter().map(|station| (word(station, "code"), word(station, "level"))).collect(),
        }
    }

    /// After the clock moved, nobody's session holds any more.
    pub async fn sign_in_anew(&self, stand: &Stand) {
        *self.villager.lock().await = stand.villager(VILLAGER).await;
        self.staff.lock().await.clear();
    }

    pub async fn villager(&self) -> Api {
        self.villager.lock().await.clone()
    }

    pub fn anyone(&self) -> &Api {
        &self.anyone
    }

    /// The clerk of a station: never the one who approves there.
    pub async fn clerk(&self, station: &str) -> Api {
        let login = match (station, self.level(station)) {
            ("511499101203-01", _) => "cunwu".to_owned(),
            ("511499101203-11", _) => "dianyuan".to_owned(),
            (_, "point") => format!("{station}.1"),
            (_, "village") => format!("{station}.2"),
            (_, "town") => format!("{station}.4"),
            (_, "district") => format!("{station}.6"),
            (_, other) => panic!("{station} is of level {other}"),
        };
        self.sign_in(&login).await
    }

    pub async fn approver(&self, station: &str) -> Api {
        let login = match (station, self.level(station)) {
            ("511499101203-01", _) => "cunzhang".to_owned(),
            (_, "village") => format!("{station}.1"),
            (_, "town" | "district") => format!("{station}.2"),
            (_, other) => panic!("nobody approves at {station}, of level {other}"),
        };
        self.sign_in(&login).await
    }

    /// The courier of the town that a station lies in; couriers of the walked line serve the district centre's papers too.
    pub async fn courier(&self, station: &str) -> Api {
        let town = format!("{}000", &station[..9]);
        self.sign_in(&format!("{town}.kuaidi.2")).await
    }

    fn level(&self, station: &str) -> &str {
        self.levels.get(station).unwrap_or_else(|| panic!("there is no station {station}"))
    }

    async fn sign_in(&self, login: &str) -> Api {
        let mut staff = self.staff.lock().await;
        if let Some(known) = staff.get(login) {
            return known.clone();
        }
        let api = crate::support::people::sign_in_staff(&self.anyone, login).await;
        staff.insert(login.to_owned(), api.clone());
        api
    }
}
