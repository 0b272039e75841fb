package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace env`: shell lines that point AWS clients, Kafka clients and curl at a running all-in-one.
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        description = {
            "Prints shell lines that point AWS, Kafka and HTTP clients at the running all-in-one.",
            "Waits until it is ready. Use it as: eval \"$(./millrace env)\""
        })
final class EnvCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 50;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "data folder of the all-in-one (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "how long to wait until it is ready (default: ${DEFAULT-VALUE})")
    private int timeout = 60;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var folder = new DataFolder(data);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
        while (true) {
            Optional<String> environment = folder.readEnvironment();
            if (environment.isPresent()) {
                System.out.print(environment.get());
                return 0;
            }
            if (System.nanoTime() >= deadline) {
                System.err.println("millrace: no all-in-one on " + folder.root() + " was ready within " + timeout
                        + " s; start one with: ./millrace up --data " + data);
                return 6;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }
}
