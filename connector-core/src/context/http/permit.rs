//! Whether the manifest lets a connector talk to a URL, and to which addresses.

use std::net::IpAddr;
use std::sync::Arc;

use url::{Host as UrlHost, Url};

use super::address::is_private;
use crate::contract::Host;

/// Which addresses a request may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Public ones.
    Public,
    /// All: the manifest declares the host private, and the connection is encrypted.
    Any,
    /// Private ones: the manifest declares the host private, and the connection is in the clear.
    Private,
    /// This machine.
    Loopback,
}

impl Reach {
    pub(super) fn covers(self, ip: IpAddr) -> bool {
        match self {
            Reach::Public => !is_private(ip),
            Reach::Any => true,
            Reach::Private => is_private(ip),
            Reach::Loopback => ip.is_loopback(),
        }
    }

    /// Why an address outside of it is refused.
    pub(super) fn refusal(self) -> &'static str {
        match self {
            Reach::Private => "plain http is allowed to private addresses only; use https",
            Reach::Loopback => "a context for tests reaches this machine only",
            Reach::Public | Reach::Any => {
                "the address is private; the manifest's host entry must say `private` to allow it"
            }
        }
    }
}

/// Whom a connector may talk to.
#[derive(Debug, Clone)]
pub(super) enum Allowed {
    /// The manifest's hosts.
    Hosts(Arc<[Host]>),
    /// This machine, on any port.
    Loopback,
}

impl Allowed {
    /// To which addresses a request for this URL may go; the reason if to none.
    pub(super) fn reach(&self, url: &Url) -> Result<Reach, String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("the scheme `{}` is not allowed; only http and https are", url.scheme()));
        }
        let reach = match self {
            Allowed::Hosts(hosts) => reach(url, hosts)?,
            Allowed::Loopback => Reach::Loopback,
        };
        // A name is looked up later; an address is judged here, since nobody looks it up.
        let literal = match url.host() {
            Some(UrlHost::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(UrlHost::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            _ => None,
        };
        match literal {
            Some(ip) if !reach.covers(ip) => Err(reach.refusal().into()),
            _ => Ok(reach),
        }
    }
}

/// The entry of the very port decides: what is private on one port need not be on another.
fn reach(url: &Url, hosts: &[Host]) -> Result<Reach, String> {
    let name = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default();
    let default = if url.scheme() == "https" { 443 } else { 80 };
    let host = hosts
        .iter()
        .find(|h| h.name.eq_ignore_ascii_case(name) && Some(h.port.unwrap_or(default)) == port)
        .ok_or_else(|| format!("port {} of this host is not in the manifest's `hosts`", port.unwrap_or(0)))?;
    match (host.private, url.scheme()) {
        (true, "https") => Ok(Reach::Any),
        (true, _) => Ok(Reach::Private),
        (false, "https") => Ok(Reach::Public),
        (false, _) => Err("plain http is allowed to private hosts only; use https".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, port: Option<u16>, private: bool) -> Host {
        Host { name: name.into(), port, private }
    }

    fn ask(url: &str, hosts: &[Host]) -> Result<Reach, String> {
        Allowed::Hosts(hosts.into()).reach(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_declared_hosts_and_ports() {
        let hosts = [host("shop.example.com", None, false)];
        assert!(ask("https://shop.example.com/admin", &hosts).is_ok());
        assert!(ask("https://SHOP.example.com/", &hosts).is_ok());
        for url in [
            "https://evil.example.com/",
            "https://shop.example.com:8443/",
            "https://shop.example.com@evil.example.com/",
            "ftp://shop.example.com/",
            "http://shop.example.com/",
        ] {
            assert!(ask(url, &hosts).is_err(), "{url}");
        }
    }

    #[test]
    fn private_literals_in_every_spelling_need_a_declaration() {
        for name in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.168.1.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "[64:ff9b::7f00:1]",
        ] {
            let url = Url::parse(&format!("https://{name}/")).unwrap();
            let spelled = url.host_str().unwrap();
            assert!(ask(url.as_str(), &[host(spelled, None, false)]).is_err(), "{name}");
            assert!(ask(url.as_str(), &[host(spelled, None, true)]).is_ok(), "{name}");
        }
    }

    #[test]
    fn plain_http_goes_to_private_addresses_only() {
        assert!(ask("http://93.184.216.34/", &[host("93.184.216.34", None, true)]).is_err());
        assert_eq!(ask("http://10.0.0.1/", &[host("10.0.0.1", None, true)]), Ok(Reach::Private));
        assert_eq!(ask("http://odoo.internal/", &[host("odoo.internal", None, true)]), Ok(Reach::Private));
        assert_eq!(ask("https://odoo.internal/", &[host("odoo.internal", None, true)]), Ok(Reach::Any));
    }

    #[test]
    fn what_is_private_on_one_port_is_not_on_another() {
        let hosts = [host("localhost", None, false), host("localhost", Some(8080), true)];
        assert_eq!(ask("https://localhost/", &hosts), Ok(Reach::Public));
        assert_eq!(ask("http://localhost:8080/", &hosts), Ok(Reach::Private));
    }
}
