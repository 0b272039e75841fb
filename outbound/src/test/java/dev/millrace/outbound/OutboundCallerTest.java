package dev.millrace.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.invocation.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rows as far as one call goes, on a real server.
class OutboundCallerTest {
    private static final AddressGuard LOOPBACK = new AddressGuard(List.of("127.0.0.0/8"));
    private static final Payload BODY = Payload.ofUtf8("{}");

    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            calls.incrementAndGet();
            switch (exchange.getRequestURI().getPath()) {
                case "/redirect" -> exchange.getResponseHeaders().add("Location", "http://127.0.0.1/inside");
                case "/busy" -> exchange.getResponseHeaders().add("Retry-After", "120");
                case "/hang" -> {
                    try {
                        release.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                }
                default -> {}
            }
            int status = switch (exchange.getRequestURI().getPath()) {
                case "/redirect" -> 302;
                case "/busy" -> 429;
                default -> 200;
            };
            if (exchange.getRequestURI().getPath().equals("/endless")) {
                exchange.sendResponseHeaders(status, 0);
                try (var out = exchange.getResponseBody()) {
                    for (int i = 0; i < 1_000_000; i++) {
                        out.write(new byte[8192]);
                    }
                } catch (IOException _) {
                    // The caller has read enough.
                }
            } else {
                exchange.sendResponseHeaders(status, -1);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        release.countDown();
        server.stop(0);
    }

    private OutboundAddress address(String path) {
        return OutboundAddress.parse(
                "http://hooks.example:" + server.getAddress().getPort() + path);
    }

    private static OutboundCaller caller(AddressGuard guard) {
        return new OutboundCaller(guard, Duration.ofSeconds(2), _ -> List.of(InetAddress.getLoopbackAddress()));
    }

    @Test
    void postsToAPinnedAddressUnderTheNameThatWasGiven() {
        try (var caller = caller(LOOPBACK)) {
            OutboundAnswer answer = caller.post(address("/ok"), "application/json", Map.of("webhook-id", "1"), BODY);

            assertThat(answer).isEqualTo(new OutboundAnswer.Answered(200, null, ""));
        }
    }

    @Test
    void sendsNothingToAPrivateAddress() {
        try (var caller = caller(new AddressGuard(List.of()))) {
            OutboundAnswer answer = caller.post(address("/ok"), "application/json", Map.of(), BODY);

            assertThat(answer).isInstanceOf(OutboundAnswer.Forbidden.class);
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void sendsNothingToAPrivateAddressThatIsWrittenOut() {
        try (var caller = new OutboundCaller(new AddressGuard(List.of()), Duration.ofSeconds(2))) {
            for (String host : List.of("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]")) {
                OutboundAddress literal = OutboundAddress.parse(
                        "http://" + host + ":" + server.getAddress().getPort() + "/ok");

                assertThat(caller.post(literal, "application/json", Map.of(), BODY))
                        .as(host)
                        .isInstanceOf(OutboundAnswer.Forbidden.class);
            }
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void sendsNothingWhenANameTurnsPrivateBetweenTwoCalls() {
        var lookups = new AtomicInteger();
        AddressGuard.Resolver rebinding =
                _ -> List.of(InetAddress.ofLiteral(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1"));
        try (var caller = new OutboundCaller(LOOPBACK, Duration.ofSeconds(2), rebinding)) {
            caller.post(address("/ok"), "application/json", Map.of(), BODY);
            OutboundAnswer second = caller.post(address("/ok"), "application/json", Map.of(), BODY);

            assertThat(second).isInstanceOf(OutboundAnswer.Forbidden.class);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void forbidsANameOfWhichOneAddressIsPrivate() {
        AddressGuard.Resolver mixed = _ -> List.of(InetAddress.getLoopbackAddress(), InetAddress.ofLiteral("10.0.0.1"));
        try (var caller = new OutboundCaller(LOOPBACK, Duration.ofSeconds(2), mixed)) {
            assertThat(caller.post(address("/ok"), "application/json", Map.of(), BODY))
                    .isInstanceOf(OutboundAnswer.Forbidden.class);
        }
    }

    @Test
    void followsNoRedirect() {
        try (var caller = caller(LOOPBACK)) {
            assertThat(caller.post(address("/redirect"), "application/json", Map.of(), BODY))
                    .isEqualTo(new OutboundAnswer.Answered(302, null, ""));
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void tellsHowLongTheReceiverWantsToBeLeftAlone() {
        try (var caller = caller(LOOPBACK)) {
            assertThat(caller.post(address("/busy"), "application/json", Map.of(), BODY))
                    .isEqualTo(new OutboundAnswer.Answered(429, Duration.ofMinutes(2), ""));
        }
    }

    @Test
    void readsAtMost64KilobytesOfAnAnswerWithoutEnd() {
        try (var caller = caller(LOOPBACK)) {
            OutboundAnswer answer = caller.post(address("/endless"), "application/json", Map.of(), BODY);

            assertThat(answer)
                    .isInstanceOfSatisfying(
                            OutboundAnswer.Answered.class,
                            answered -> assertThat(answered.body()).hasSize(64 * 1024));
        }
    }

    @Test
    void givesUpOnAReceiverThatHangs() {
        try (var caller =
                new OutboundCaller(LOOPBACK, Duration.ofMillis(200), _ -> List.of(InetAddress.getLoopbackAddress()))) {
            assertThat(caller.post(address("/hang"), "application/json", Map.of(), BODY))
                    .isInstanceOf(OutboundAnswer.NotReached.class);
        }
    }
}
