package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /// A process that says what it was told and when it stops.
    static final class Greeter {
        record Config(String greeting, int count) {
            static Config from(Settings settings) {
                return new Config(
                        settings.get("greeter.greeting", "hello"),
                        settings.get("greeter.count", 1, SettingValues::positive));
            }
        }

        static final ProcessMain<Config> MAIN = new ProcessMain<>("greeter", Config::from, (config, parts) -> {
            if (config.greeting().isEmpty()) {
                throw new IOException("nothing to say");
            }
            parts.start(
                    "voice",
                    () -> System.out.println(config.greeting().repeat(config.count())),
                    () -> System.out.println("bye"),
                    Duration.ofSeconds(1));
        });

        private Greeter() {}

        public static void main(String[] arguments) {
            MAIN.run(arguments);
        }
    }

    @Test
    void listsEverySettingWithItsDefaultAndVariable() throws IOException {
        int status = run(Map.of(), "--help");

        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("greeter.greeting = hello   (MILLRACE_GREETER_GREETING)")
                .contains("greeter.count = 1   (MILLRACE_GREETER_COUNT)");
    }

    @Test
    void refusesBadSettingsWithEveryProblem() throws IOException {
        int status = run(Map.of("MILLRACE_GREETER_COUNT", "none", "MILLRACE_GREETER_CUONT", "1"));

        assertThat(status).isEqualTo(ProcessMain.BAD_SETTINGS);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("greeter.count: none")
                .contains("MILLRACE_GREETER_CUONT: unknown setting");
    }

    @Test
    void refusesAFileThatIsNotThere(@TempDir Path folder) throws IOException {
        int status = run(Map.of(), "--config", folder.resolve("none").toString());

        assertThat(status).isEqualTo(ProcessMain.BAD_SETTINGS);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot be read");
    }

    @Test
    void saysThatItDidNotStart() throws IOException {
        int status = run(Map.of("MILLRACE_GREETER_GREETING", ""));

        assertThat(status).isEqualTo(ProcessMain.NOT_STARTED);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("greeter: nothing to say");
    }

    @Test
    void runsUntilItsParentIsGoneAndThenStopsItsParts(@TempDir Path folder) throws IOException {
        // Given
        Path config = Files.writeString(folder.resolve("greeter.properties"), "greeter.greeting=hi\n");
        List<String> lines = new CopyOnWriteArrayList<>();
        List<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        var command = new JavaCommand(Greeter.class.getName(), classPath)
                .withJvmFlags(List.of("-XX:+UseSerialGC", "-Xmx32m", "-XX:TieredStopAtLevel=1"))
                .withArguments("--watch-parent", "--config", config.toString())
                .withEnvironment(Map.of("MILLRACE_GREETER_COUNT", "2"));
        JavaProcess process = JavaProcess.start("greeter", command, lines::add, System.err::println);
        await().untilAsserted(() -> assertThat(lines).contains("hihi"));

        // When
        process.close();

        // Then
        assertThat(lines).last().isEqualTo("bye");
    }

    private int run(Map<String, String> environment, String... arguments) throws IOException {
        try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            return Greeter.MAIN.run(environment, outStream, errStream, arguments);
        }
    }
}
