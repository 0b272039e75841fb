package dev.millrace.standalone;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `millrace up`: runs the all-in-one until it is told to stop.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Runs broker, store, gateway, notifier, controller and a worker host on this machine until Ctrl-C.",
            "Everything listens on loopback. Callers of the API need credentials: millrace env prints the administrator's."
        })
final class UpCommand implements Callable<Integer> {
    @Option(names = "--data", paramLabel = "DIR", description = "where everything is kept (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(names = "--port", paramLabel = "N", description = "port of the API (default: ${DEFAULT-VALUE})")
    private int port = 8080;

    @Option(names = "--free-ports", description = "take free ports in place of default ones that are in use")
    private boolean areFreePortsTaken;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings as key=value lines; see docs/reference/configuration.md")
    private @Nullable Path config;

    @Option(
            names = "--allow-network",
            paramLabel = "CIDR",
            split = ",",
            description = "private networks that webhooks may reach, such as 127.0.0.0/8 (default: none)")
    private String[] networks = {};

    @Override
    public Integer call() throws IOException, InterruptedException {
        long start = System.nanoTime();
        PrintStream out = System.out;
        var distribution = Distribution.ofThisProcess();
        Map<String, String> settings = settings();
        var folder = new DataFolder(data);
        folder.open();
        MillraceMain.logTo(folder.logs().resolve("millrace.log"));
        Ports ports;
        try {
            ports = areFreePortsTaken ? Ports.free(port) : Ports.fixed(port);
        } catch (UsageException e) {
            folder.close();
            throw e;
        }
        out.println("Starting Millrace on " + folder.root());
        AllInOne allInOne = AllInOne.start(folder, new AllInOneOptions(ports, settings), distribution);
        var stop = new Thread(() -> stop(allInOne), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        out.printf("Ready after %.1f s%n", (System.nanoTime() - start) / 1e9);
        out.println("  API         http://127.0.0.1:" + ports.api());
        out.println("  S3 store    http://127.0.0.1:" + ports.store());
        out.println("  Kafka       127.0.0.1:" + ports.broker());
        out.println("  management  http://127.0.0.1:" + ports.management() + "/health/ready, /metrics");
        out.println("  logs        " + folder.logs());
        if (allInOne.credentials().isNew()) {
            out.println("Made the administrator's access key, shown this once and kept in " + folder.root() + ":");
            out.println("  access key  " + allInOne.credentials().accessKey());
            out.println("  secret key  " + allInOne.credentials().secretKey());
        }
        out.println("In another shell: eval \"$(./millrace env --data " + data + ")\"");
        out.println("Ctrl-C stops everything.");
        new CountDownLatch(1).await();
        return 0;
    }

    private static void stop(AllInOne allInOne) {
        try {
            allInOne.close();
        } catch (IOException e) {
            System.err.println("millrace: stopped, but " + e.getMessage());
        }
    }

    private Map<String, String> settings() throws IOException {
        var settings = new HashMap<String, String>();
        if (config != null) {
            var properties = new Properties();
            try (Reader reader = Files.newBufferedReader(config, StandardCharsets.UTF_8)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UsageException("--config: " + config + " cannot be read: " + e.getMessage());
            }
            properties.forEach((key, value) -> settings.put(key.toString(), value.toString()));
        }
        if (networks.length > 0) {
            settings.put("notifier.allowed-networks", String.join(",", networks));
        }
        return settings;
    }
}
