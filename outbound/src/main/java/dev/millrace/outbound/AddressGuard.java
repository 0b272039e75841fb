package dev.millrace.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/// Decides whether an address may be called, after it was resolved: every address of a name must be a public
/// one.
///
/// The ranges are those of the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates),
/// with
/// multicast; Java's own predicates miss half of them.
public final class AddressGuard {
    private static final List<AddressRange> SPECIAL = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(AddressRange::parse)
            .toList();

    private final List<AddressRange> allowed;

    /// @param allowed special ranges that the operator permits, in CIDR notation, such as `127.0.0.0/8`
    public AddressGuard(List<String> allowed) {
        this.allowed = allowed.stream().map(AddressRange::parse).toList();
    }

    /// Resolves names; what stands between the guard and DNS.
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /// Every address of the host, all of which may be called.
    ///
    /// @throws ForbiddenAddressException when one of them may not
    List<InetAddress> check(String host, Resolver resolver) throws UnknownHostException {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<InetAddress> addresses = resolver.resolve(bare);
        for (InetAddress address : addresses) {
            if (!isAllowed(address)) {
                throw new ForbiddenAddressException("the address leads to a private or special network");
            }
        }
        return addresses;
    }

    boolean isAllowed(InetAddress address) {
        InetAddress bare = AddressRange.unwrapped(address);
        return allowed.stream().anyMatch(range -> range.contains(bare)) || (isPublic(address) && isPublic(bare));
    }

    private static boolean isPublic(InetAddress address) {
        return SPECIAL.stream().noneMatch(range -> range.contains(address));
    }
}
