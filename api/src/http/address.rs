//! The client's address. Where a proxy of the settings stands in front it is what that proxy saw; whoever else names an address in
//! `X-Forwarded-For` is not believed. The address serves to count by, and is neither logged nor kept.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::settings::Network;

const LOCAL: &str = "local";
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address, as requests are counted by it.
#[derive(Debug, Clone)]
pub struct Counted(pub String);

impl Counted {
    /// Who has no address, as over a socket of the machine's own, is counted as one.
    pub fn of(request: &ServiceRequest, proxies: &[Network]) -> Self {
        Self(client_address(request, proxies).map_or_else(|| LOCAL.to_owned(), |address| counted_as(address).to_string()))
    }
}

impl FromRequest for Counted {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Counted>().cloned();
        ready(Ok(known.unwrap_or_else(|| Self(LOCAL.to_owned()))))
    }
}

fn client_address(request: &ServiceRequest, proxies: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let named = request.headers().get_all(FORWARDED_FOR).filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = named.flat_map(|list| list.split(',')).collect();
    Some(beyond_proxies(peer, &hops, proxies))
}

/// Each proxy adds whom it heard from at the end, so the list is read from there, for as long as it is a proxy of ours that speaks.
fn beyond_proxies(peer: IpAddr, hops: &[&str], proxies: &[Network]) -> IpAddr {
    let mut speaker = peer.to_canonical();
    for hop in hops.iter().rev() {
        if !proxies.iter().any(|proxy| proxy.holds(speaker)) {
            break;
        }
        let Some(before) = address_in(hop.trim()) else { break };
        speaker = before.to_canonical();
    }
    speaker
}

/// Some proxies add the port.
fn address_in(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| hop.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

/// What is counted together: an IPv6 customer has a network of 64 bits to choose addresses from.
fn counted_as(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, hops: &[&str], proxies: &[&str]) -> String {
        let proxies: Vec<Network> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        beyond_proxies(peer.parse().unwrap(), hops, &proxies).to_string()
    }

    #[test]
    fn without_a_proxy_of_ours_nobody_is_believed() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", &["198.51.100.1"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_of_ours_tells_whom_it_heard_from_and_what_was_claimed_before_counts_for_nothing() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(client("10.0.0.1", &["198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(client("10.0.0.1", &["1.2.3.4", " 198.51.100.1:4711", " 10.0.0.2"], &proxies), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", &["[2001:db8::1]:443"], &proxies), "2001:db8::1");
    }

    #[test]
    fn a_hop_that_is_no_address_ends_the_search() {
        assert_eq!(client("10.0.0.1", &["198.51.100.1", "unknown"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
    }

    #[test]
    fn the_addresses_of_one_ipv6_customer_count_together() {
        let counted = |text: &str| counted_as(text.parse().unwrap());
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), counted("2001:db8:1:2::1"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_ne!(counted("203.0.113.9"), counted("203.0.113.8"));
    }
}
