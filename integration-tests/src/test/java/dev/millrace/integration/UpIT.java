package dev.millrace.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.load.harness.AllInOneProcess;
import dev.millrace.load.harness.AllInOneProcess.Finished;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.ProcessTree;
import dev.millrace.testkit.TestModel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./millrace up` as a process: how it starts, how it stops, and what is left when it is killed.
class UpIT {
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Duration REQUEST = Duration.ofSeconds(20);

    @Test
    void stopsWithinFiveSecondsOfCtrlCAndLeavesNoProcess(@TempDir Path folder) throws Exception {
        try (var up = new AllInOneProcess(folder.resolve("data"))) {
            Map<String, String> environment = up.start();
            List<ProcessHandle> below = ProcessTree.descendants(up.handle().pid());

            up.signal("INT");

            assertThat(environment)
                    .containsKeys(
                            "AWS_ENDPOINT_URL",
                            "AWS_ENDPOINT_URL_S3",
                            "AWS_ACCESS_KEY_ID",
                            "AWS_SECRET_ACCESS_KEY",
                            "AWS_DEFAULT_REGION",
                            "KAFKA_BOOTSTRAP_SERVERS",
                            "MILLRACE_MANAGEMENT_URL");
            assertThat(below).hasSizeGreaterThanOrEqualTo(2);
            assertThat(up.awaitEnd(QUICK)).isTrue();
            assertThat(ProcessTree.awaitGone(below, Duration.ofSeconds(1))).isEmpty();
        }
    }

    @Test
    void leavesNoOrphanWhenKilledAndCompletesEveryQueuedCallAfterwards(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        var digits = new Digits(TestModel.DIGITS);
        var ids = new ArrayList<String>();
        try (var up = new AllInOneProcess(data)) {
            Map<String, String> environment = up.start();
            try (var api = new ApiClient(AllInOneProcess.api(environment), AllInOneProcess.token(environment))) {
                DigitsEndpoint.deploy(environment, api, "digits");
                for (int row = 0; row < 200; row++) {
                    HttpResponse<String> answer = api.invokeAsync(
                            "digits",
                            Map.of("X-Amzn-SageMaker-Content-Type", "application/json"),
                            BodyPublishers.ofByteArray(digits.json(row)),
                            REQUEST);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                    ids.add(api.parse(answer.body()).path("InvocationId").asString(""));
                }
            }
            List<ProcessHandle> below = ProcessTree.descendants(up.handle().pid());
            ProcessTree.kill(up.handle());
            assertThat(ProcessTree.awaitGone(below, Duration.ofSeconds(15))).isEmpty();
        }

        try (var up = new AllInOneProcess(data)) {
            Map<String, String> environment = up.start();
            try (var api = new ApiClient(AllInOneProcess.api(environment), AllInOneProcess.token(environment))) {
                for (int row = 0; row < ids.size(); row++) {
                    assertThat(api.status("digits", ids.get(row), 55)
                                    .path("status")
                                    .asString(""))
                            .isEqualTo("Completed");
                    assertThat(Digits.digest(api.parse(api.output("digits", ids.get(row)))))
                            .isEqualTo(digits.expected(row, 1));
                }
            }
        }
    }

    @Test
    void refusesAFolderThatAnotherOneUses(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (var up = new AllInOneProcess(data)) {
            up.start();

            Finished second = AllInOneProcess.run("up", "--free-ports", "--data", data.toString());

            assertThat(second.status()).isEqualTo(2);
            assertThat(second.output()).contains("another Millrace runs on " + data);
        }
    }

    @Test
    void saysWhichPortIsInUse(@TempDir Path folder) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            Finished up = AllInOneProcess.run(
                    "up", "--port", port, "--data", folder.resolve("data").toString());

            assertThat(up.status()).isEqualTo(2);
            assertThat(up.output())
                    .contains("port " + port + " (API) is in use")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void saysThatItCannotUseTheFolder(@TempDir Path folder) throws Exception {
        Path inTheWay = Files.writeString(folder.resolve("file"), "not a folder");

        Finished up = AllInOneProcess.run(
                "up", "--free-ports", "--data", inTheWay.resolve("data").toString());

        assertThat(up.status()).isEqualTo(2);
        assertThat(up.output()).contains("cannot use").contains("--data").doesNotContain("\tat ");
    }

    @Test
    void saysThatItMayNotWriteThere() throws Exception {
        // Nobody, not even root, may make folders there.
        Finished up = AllInOneProcess.run("up", "--free-ports", "--data", "/proc/millrace");

        assertThat(up.status()).isEqualTo(2);
        assertThat(up.output()).contains("/proc/millrace").contains("--data").doesNotContain("\tat ");
    }
}
