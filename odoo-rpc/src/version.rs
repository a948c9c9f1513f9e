//! Which Odoo answers: parsing of what the version endpoints tell.

use std::fmt;

use serde_json::Value;

use crate::protocol::ProtocolKind;

/// A server's version, such as 17.0, 19.0+e or saas~19.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// 19 of 19.0.
    pub major: u16,
    /// 0 of 19.0, 1 of saas~19.1.
    pub minor: u16,
    /// Whether it is a version between two releases, as Odoo Online runs them.
    pub saas: bool,
    /// Whether it is the enterprise edition.
    pub enterprise: bool,
}

impl Version {
    /// Reads the answer of `/web/version` or of `common.version`: `version_info` or `server_version_info`, a list such
    /// as `[19, 0, 0, "final", 0, ""]` or `["saas~19", 1, 0, "final", 0, "e"]`.
    #[must_use]
    pub fn from_answer(answer: &Value) -> Option<Self> {
        let info = answer.get("version_info").or_else(|| answer.get("server_version_info"))?.as_array()?;
        let number =
            |index: usize| info.get(index).and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        let edition = info.get(5).and_then(Value::as_str).unwrap_or("");
        let enterprise = edition.contains('e');
        match info.first()? {
            Value::String(text) => {
                let plain = text.strip_prefix("saas~");
                let (major, minor) = match plain.unwrap_or(text).split_once('.') {
                    Some((major, minor)) => (major.parse().ok()?, minor.parse().ok()?),
                    None => (plain.unwrap_or(text).parse().ok()?, number(1).unwrap_or(0)),
                };
                Some(Self { major, minor, saas: plain.is_some(), enterprise })
            }
            _ => Some(Self { major: number(0)?, minor: number(1).unwrap_or(0), saas: false, enterprise }),
        }
    }

    /// The protocol to speak with it: JSON-2 from 19.0 on, where the older ones are on their way out.
    #[must_use]
    pub fn protocol(&self) -> ProtocolKind {
        if self.major >= 19 { ProtocolKind::Json2 } else { ProtocolKind::JsonRpc }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (saas, edition) = (if self.saas { "saas~" } else { "" }, if self.enterprise { "+e" } else { "" });
        write!(f, "{saas}{}.{}{edition}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_every_form_in_use() {
        for (answer, text, protocol) in [
            (
                json!({"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}),
                "19.0",
                ProtocolKind::Json2,
            ),
            (
                json!({"version_info": ["saas~19.1", 0, 0, "final", 0, "e"]}),
                "saas~19.1+e",
                ProtocolKind::Json2,
            ),
            (
                json!({"version_info": ["saas~18", 4, 0, "final", 0, "e"]}),
                "saas~18.4+e",
                ProtocolKind::JsonRpc,
            ),
            (json!({"server_version_info": [17, 0, 0, "final", 0, ""]}), "17.0", ProtocolKind::JsonRpc),
            (json!({"server_version_info": [17, 0, 0, "final", 0, "e"]}), "17.0+e", ProtocolKind::JsonRpc),
        ] {
            let version = Version::from_answer(&answer).unwrap();
            assert_eq!((version.to_string().as_str(), version.protocol()), (text, protocol), "{answer}");
        }
    }

    #[test]
    fn anything_else_is_no_version() {
        for answer in
            [json!(null), json!({}), json!({"version_info": []}), json!({"version_info": ["x"]}), json!([19])]
        {
            assert_eq!(Version::from_answer(&answer), None, "{answer}");
        }
    }
}
