package dev.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private final AddressGuard guard = new AddressGuard(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "127.255.0.1",
                "169.254.169.254",
                "172.31.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "192.168.0.1",
                "198.18.0.1",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:1::",
                "2002:c0a8:1::",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "2001:db8::1",
                "ff02::1"
            })
    void forbidsEverySpecialNetwork(String address) {
        assertThat(guard.isAllowed(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808"})
    void allowsPublicOnes(String address) {
        assertThat(guard.isAllowed(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void allowsWhatTheOperatorPermitsAndNoMore() {
        var permissive = new AddressGuard(List.of("127.0.0.0/8"));

        assertThat(permissive.isAllowed(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
        assertThat(permissive.isAllowed(InetAddress.ofLiteral("10.0.0.1"))).isFalse();
    }
}
