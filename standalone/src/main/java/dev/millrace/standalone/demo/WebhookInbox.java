package dev.millrace.standalone.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A webhook receiver as a user would write it: checks the Standard Webhooks signature and keeps what it got.
///
/// Specification: Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature` over
/// `id.timestamp.body` with HMAC-SHA256).
final class WebhookInbox implements AutoCloseable {
    private static final String SECRET_PREFIX = "whsec_";
    private static final int MAX_BODY = 1 << 20;

    /// @param isSigned whether one of the signatures is by the endpoint's secret
    record Received(Instant at, String id, String body, boolean isSigned) {}

    private final HttpServer server;
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>(10_000);
    private volatile @Nullable String secret;

    WebhookInbox() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/millrace";
    }

    /// @param whsec the endpoint's secret as the API tells it, `whsec_` and base64
    void useSecret(String whsec) {
        secret = whsec;
    }

    /// The next webhook, or null when none came in time.
    @Nullable
    Received await(Duration timeout) throws InterruptedException {
        return received.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY);
            var headers = exchange.getRequestHeaders();
            String id = String.valueOf(headers.getFirst("webhook-id"));
            String timestamp = String.valueOf(headers.getFirst("webhook-timestamp"));
            String signatures = String.valueOf(headers.getFirst("webhook-signature"));
            boolean isKept = received.offer(new Received(
                    Instant.now(),
                    id,
                    new String(body, StandardCharsets.UTF_8),
                    isSigned(id, timestamp, body, signatures)));
            exchange.sendResponseHeaders(isKept ? 204 : 503, -1);
        }
    }

    private boolean isSigned(String id, String timestamp, byte[] body, String signatures) {
        String whsec = secret;
        if (whsec == null || !whsec.startsWith(SECRET_PREFIX)) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    Base64.getDecoder().decode(whsec.substring(SECRET_PREFIX.length())), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            byte[] expected = mac.doFinal(body);
            for (String signature : signatures.split(" ")) {
                if (signature.startsWith("v1,")
                        && MessageDigest.isEqual(expected, Base64.getDecoder().decode(signature.substring(3)))) {
                    return true;
                }
            }
            return false;
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
