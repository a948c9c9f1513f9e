//! Looking names up. At the resolver, so that the address that was judged is the one that is dialled.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::permit::Reach;

/// Resolves names and leaves out what is out of reach.
pub(super) struct GuardedResolver(pub(super) Reach);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let usable: Vec<SocketAddr> = found.into_iter().filter(|a| reach.covers(a.ip())).collect();
            if usable.is_empty() {
                return Err(
                    format!("the name resolves to no address that it may: {}", reach.refusal()).into()
                );
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_that_resolve_to_private_addresses_are_refused() {
        let open = GuardedResolver(Reach::Public);
        assert!(open.resolve("localhost".parse().unwrap()).await.is_err());
        for reach in [Reach::Any, Reach::Private] {
            assert!(GuardedResolver(reach).resolve("localhost".parse().unwrap()).await.is_ok());
        }
    }
}
