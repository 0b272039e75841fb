package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.Wait;
import dev.millrace.testkit.TestModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka producer that knows nothing of Millrace.
class KcatIT {
    private static final Path KCAT = Path.of("/usr/bin/kcat");

    @Test
    void aRecordOfKcatIsAnInvocation(@TempDir Path folder) throws Exception {
        assumeThat(KCAT).as("kcat is not installed").exists();
        var digits = new Digits(TestModel.DIGITS);
        try (var up = new AllInOneProcess(folder.resolve("data"))) {
            Map<String, String> environment = up.start();
            try (var api = new ApiClient(AllInOneProcess.api(environment), AllInOneProcess.token(environment))) {
                DigitsEndpoint.deploy(environment, api, "digits");
                Process kcat = new ProcessBuilder(List.of(
                                KCAT.toString(),
                                "-P",
                                "-b",
                                environment.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", ""),
                                "-t",
                                "millrace.invoke.digits",
                                "-H",
                                "content-type=application/json",
                                "-H",
                                "inference-id=from-kcat"))
                        .redirectErrorStream(true)
                        .start();
                kcat.getOutputStream().write(digits.json(0));
                kcat.getOutputStream().close();
                String said = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(kcat.waitFor()).as(said).isZero();

                Wait.until(
                        "the record's end",
                        Duration.ofSeconds(60),
                        () -> api.status("digits", "from-kcat", 20)
                                .path("status")
                                .asString("")
                                .equals("Completed"));

                assertThat(Digits.digest(api.parse(api.output("digits", "from-kcat"))))
                        .isEqualTo(digits.expected(0, 1));
            }
        }
    }
}
