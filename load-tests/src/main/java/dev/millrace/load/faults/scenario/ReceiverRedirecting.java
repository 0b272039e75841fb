package dev.millrace.load.faults.scenario;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// webhooks that name a private address, or a receiver that redirects to one; no packet reaches it.
final class ReceiverRedirecting implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Override
    public String id() {
        return "R-19";
    }

    @Override
    public String title() {
        return "webhook to, and redirected to, a private address";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        var redirected = new AtomicInteger();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var tripwire = new Tripwire()) {
            receiver.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    redirected.incrementAndGet();
                    exchange.getResponseHeaders().set("Location", tripwire.url("127.0.0.2"));
                    exchange.sendResponseHeaders(302, -1);
                }
            });
            receiver.start();
            WebhookCalls calls = new WebhookCalls(stage);
            calls.make("direct", tripwire.url("127.0.0.2"));
            calls.make("metadata", "http://169.254.169.254/latest/meta-data/");
            calls.make("redirect", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/");
            stage.load(20, 20).await();
            Wait.until("the redirecting receiver is tried again", PATIENCE, () -> redirected.get() >= 2);
            stage.expect(tripwire.connections() == 0, "nothing connects to the private address");
        } finally {
            receiver.stop(0);
        }
    }
}
