package dev.millrace.load.faults.scenario;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.Wait;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// a receiver's name stands for an allowed address at the first attempt and for a private one from then
/// on.
final class NameRebound implements Scenario {
    private static final String NAME = "rebound.test";
    /// Two retries and more.
    private static final Duration RETRIES = Duration.ofSeconds(10);

    @Override
    public String id() {
        return "R-20";
    }

    @Override
    public String title() {
        return "webhook whose name is rebound to a private address";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        var tried = new CountDownLatch(1);
        try (var tripwire = new Tripwire()) {
            HttpServer receiver =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), tripwire.port()), 0);
            receiver.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    Files.writeString(stage.cluster().names(), "127.0.0.1 localhost\n127.0.0.2 " + NAME + "\n");
                    tried.countDown();
                    exchange.sendResponseHeaders(500, -1);
                }
            });
            receiver.start();
            try {
                Files.writeString(stage.cluster().names(), "127.0.0.1 localhost " + NAME + "\n");
                new WebhookCalls(stage).make("rebound", tripwire.url(NAME));
                stage.expect(tried.await(30, TimeUnit.SECONDS), "the allowed address is called first");
                Wait.pause(RETRIES);
                stage.expect(tripwire.connections() == 0, "nothing connects to the private address");
            } finally {
                receiver.stop(0);
            }
            stage.load(20, 20).await();
        }
    }
}
