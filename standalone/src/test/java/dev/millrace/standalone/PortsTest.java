package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ports that are taken are named, with what to do about it.
class PortsTest {
    @Test
    void saysWhichPortIsInUseAndHowToChooseAnother() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(UsageException.class)
                    .isThrownBy(() -> Ports.fixed(other.getLocalPort()))
                    .withMessage("port " + other.getLocalPort()
                            + " (API) is in use: stop what listens there, or choose another with --port");
        }
    }

    @Test
    void takesAFreePortInPlaceOfOneInUse() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ports ports = Ports.free(other.getLocalPort());

            assertThat(ports.api()).isNotEqualTo(other.getLocalPort()).isPositive();
            assertAllCanListenTogether(ports);
        }
    }

    @Test
    void keepsTheWantedPortWhereItIsFree() throws IOException {
        int free = freePort();

        assertThat(Ports.free(free).api()).isEqualTo(free);
    }

    @ParameterizedTest
    @ValueSource(ints = {9000, 9092, 9090})
    void givesNoPortTwice(int port) throws IOException {
        assertAllCanListenTogether(Ports.free(port));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Ports.fixed(port))
                .withMessageContaining("port " + port);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536, Integer.MAX_VALUE})
    void refusesWhatIsNoPort(int port) {
        assertThatExceptionOfType(UsageException.class).isThrownBy(() -> Ports.fixed(port));
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Ports.free(port))
                .withMessageContaining("1 to 65535");
    }

    private static void assertAllCanListenTogether(Ports ports) {
        List<Integer> all = List.of(ports.api(), ports.store(), ports.broker(), ports.management());
        assertThat(all).doesNotHaveDuplicates().allMatch(port -> port > 0);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
