package dev.millrace.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// A block of addresses in CIDR notation, of one family.
record AddressRange(InetAddress network, int prefixLength) {
    AddressRange {
        int bits = network.getAddress().length * Byte.SIZE;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException("prefix length: " + prefixLength + " (expected: 0 to " + bits + ")");
        }
    }

    /// @param cidr such as `10.0.0.0/8`; the address is a literal, so nothing is looked up
    static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(cidr + ": not in CIDR notation (expected: address/length)");
        }
        return new AddressRange(
                InetAddress.ofLiteral(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = prefixLength / Byte.SIZE;
        if (!Arrays.equals(ours, 0, whole, theirs, 0, whole)) {
            return false;
        }
        int rest = prefixLength % Byte.SIZE;
        if (rest == 0) {
            return true;
        }
        int mask = 0xFF << (Byte.SIZE - rest);
        return (ours[whole] & mask) == (theirs[whole] & mask);
    }

    /// The IPv4 address that an IPv6 one stands for (mapped, compatible, 6to4, NAT64), or the address itself.
    static InetAddress unwrapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != 16) {
            return address;
        }
        int from = -1;
        if (bytes[0] == 0x20 && bytes[1] == 0x02) {
            from = 2;
        } else if (AddressRange.parse("64:ff9b::/96").contains(address)
                || AddressRange.parse("::/96").contains(address)) {
            from = 12;
        }
        try {
            return from < 0 ? address : InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
