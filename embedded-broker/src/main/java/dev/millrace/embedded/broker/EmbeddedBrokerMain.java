package dev.millrace.embedded.broker;

import dev.millrace.runtime.ParentWatch;
import dev.millrace.runtime.Threads;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.internals.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker process: `--data DIR --port N`.
///
/// Prints one line of JSON on standard output when it can be used, and ends when its standard input does or on
/// SIGTERM, within five seconds. What keeps it from starting is one line on standard error and an exit status.
public final class EmbeddedBrokerMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedBrokerMain.class);
    private static final Duration SHUTDOWN = Duration.ofMillis(4_500);

    private EmbeddedBrokerMain() {}

    public static void main(String[] arguments) {
        PrintStream out = System.out;
        ParentWatch.start(_ -> {}, () -> Runtime.getRuntime().exit(0));
        Exit.setExitProcedure((status, message) -> giveUp(status, message));
        Exit.setHaltProcedure((status, message) -> giveUp(status, message));
        try {
            var broker = EmbeddedBroker.start(BrokerArguments.parse(arguments));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker), "broker-stop"));
            try (var warmUp = new WarmUp(broker.bootstrapServers())) {
                warmUp.run();
            }
            out.println("{\"ready\":true,\"bootstrapServers\":\"" + broker.bootstrapServers() + "\"}");
        } catch (IllegalArgumentException e) {
            fail(StartFailure.USAGE, String.valueOf(e.getMessage()));
        } catch (StartFailure e) {
            fail(e.status(), String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            fail(StartFailure.BROKER, "interrupted while starting");
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the broker did not start");
            fail(StartFailure.BROKER, "the broker did not start: " + e);
        }
    }

    private static void stop(EmbeddedBroker broker) {
        var done = new CountDownLatch(1);
        Threads.start("broker-close", () -> {
            broker.close();
            done.countDown();
        });
        try {
            if (!done.await(SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.atWarn().addKeyValue("durationMs", SHUTDOWN.toMillis()).log("the broker did not stop in time");
                Runtime.getRuntime().halt(StartFailure.BROKER);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void giveUp(int status, @org.jspecify.annotations.Nullable String message) {
        fail(status == 0 ? 0 : StartFailure.BROKER, message == null ? "the broker gave up: see the log" : message);
    }

    private static void fail(int status, String message) {
        System.err.println("embedded-broker: " + message);
        Runtime.getRuntime().halt(status);
    }
}
