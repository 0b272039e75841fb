package dev.millrace.load.faults.scenario;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.load.faults.Profile;
import dev.millrace.load.faults.Scenario;
import dev.millrace.load.faults.Stage;
import dev.millrace.load.harness.ApiClient;
import dev.millrace.load.harness.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// the gateway is killed in the middle of a large upload; nothing is queued and nothing stays in the
/// store.
final class GatewayKilledWhileUploading implements Scenario {
    private static final BucketName PLATFORM = new BucketName("millrace");
    private static final List<Integer> PERCENTS = List.of(10, 50, 90);
    private static final Duration CLEANING = Duration.ofSeconds(60);

    @Override
    public String id() {
        return "R-06";
    }

    @Override
    public String title() {
        return "kill -9 of the gateway at 10, 50, 90 % of an upload";
    }

    @Override
    public void run(Stage stage) throws Exception {
        stage.deployDigits(1);
        long size = (stage.profile() == Profile.SHORT ? 64L : 1_000L) << 20;
        int before = payloads(stage);
        for (int percent : PERCENTS) {
            String id = stage.endpoint() + "-at-" + percent;
            stage.expect(
                    isBrokenOff(stage, id, size, percent), "the client sees its upload break off at " + percent + " %");
            stage.cluster().gateway().start();
            Wait.until(
                    "the endpoint is served again",
                    Duration.ofSeconds(30),
                    () -> stage.cluster().api().endpointStatus(stage.endpoint()).equals("InService"));
            stage.expect(!isKnown(stage, id), "nothing is queued of an upload that broke off at " + percent + " %");
        }
        Wait.until("what was uploaded in part is gone", CLEANING, () -> payloads(stage) == before);
        stage.load(20, 20).await();
    }

    private static boolean isBrokenOff(Stage stage, String id, long size, int percent) throws InterruptedException {
        long killAt = size / 100 * percent;
        try {
            return stage.cluster()
                            .api()
                            .invokeAsync(
                                    stage.endpoint(),
                                    Map.of(
                                            "X-Amzn-SageMaker-Inference-Id",
                                            id,
                                            "X-Amzn-SageMaker-Content-Type",
                                            "application/x-npy"),
                                    BodyPublishers.fromPublisher(
                                            BodyPublishers.ofInputStream(() -> new Zeros(
                                                    size,
                                                    killAt,
                                                    () -> stage.cluster()
                                                            .gateway()
                                                            .kill())),
                                            size),
                                    Duration.ofMinutes(2))
                            .statusCode()
                    != 202;
        } catch (IOException _) {
            return true;
        }
    }

    private static boolean isKnown(Stage stage, String id) throws IOException, InterruptedException {
        try {
            stage.cluster().api().status(stage.endpoint(), id, 0);
            return true;
        } catch (ApiClient.RefusedException e) {
            return e.status() != 404;
        }
    }

    private static int payloads(Stage stage) {
        return stage.cluster()
                .store()
                .list(PLATFORM, PlatformObjects.PAYLOADS, "")
                .size();
    }

    /// So many zero bytes, with something that happens on the way.
    private static final class Zeros extends InputStream {
        private final long size;
        private final long at;
        private final Runnable action;
        private long position;
        private boolean isDone;

        Zeros(long size, long at, Runnable action) {
            this.size = size;
            this.at = at;
            this.action = action;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (position >= size) {
                return -1;
            }
            if (!isDone && position >= at) {
                isDone = true;
                action.run();
            }
            int count = (int) Math.min(length, size - position);
            position += count;
            return count;
        }
    }
}
