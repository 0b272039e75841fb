package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.testkit.EmbeddedStore;
import dev.millrace.testkit.ScratchFolder;
import dev.millrace.testkit.SharedServers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// What callers see while the store's volume is full, on a real volume that is filled and emptied again.
@EnabledIf("hasAVolume")
class FullDiskIT {
    /// A file system in memory: filling the machine's disk would hurt everyone else on it.
    private static final Path VOLUME = Path.of("/dev/shm");

    private static final int MB = 1 << 20;
    private static final long LARGEST_FILLER = 1L << 30;

    private final ScratchFolder folder = new ScratchFolder(VOLUME, "full-disk");
    private final Path filler = folder.path().resolve("filler");
    private final FileStore volume = Files.getFileStore(VOLUME);
    private final int fullPercent = (int) (used() * 100 / capacity()) + 1;
    private final EmbeddedStore server = new EmbeddedStore(folder.path().resolve("store"))
            .fullAt(fullPercent)
            .start();
    private final TestGateway gateway =
            new TestGateway(SharedServers.kafka(), server.access(), TestGateway.newBucket(), TestGateway.CONFIG);
    private final EndpointName endpoint = gateway.endpoint(true);

    FullDiskIT() throws IOException {}

    static boolean hasAVolume() throws IOException {
        if (!Files.isDirectory(VOLUME) || !Files.isWritable(VOLUME)) {
            return false;
        }
        FileStore volume = Files.getFileStore(VOLUME);
        long onePercent = volume.getTotalSpace() / 100;
        return onePercent <= LARGEST_FILLER && volume.getUsableSpace() > volume.getTotalSpace() / 4;
    }

    @AfterEach
    void close() {
        gateway.close();
        server.close();
        folder.close();
    }

    @Test
    void refusesUploadsWhileTheVolumeIsFullAndTakesThemAgainWithoutARestart() throws IOException {
        assertThat(post(known()).statusCode()).isEqualTo(202);
        int before = payloads();
        long queued = queued();
        fill();

        for (BodyPublisher body : new BodyPublisher[] {known(), unknown()}) {
            HttpResponse<String> refused = post(body);

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("x-amzn-ErrorType")).hasValue("ServiceUnavailable");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("no room");
        }
        assertThat(payloads()).isEqualTo(before);
        assertThat(gateway.store.unfinishedUploads(
                        gateway.objects.bucket(), "", Instant.now().plus(Duration.ofHours(1))))
                .isEmpty();
        assertThat(queued()).isEqualTo(queued);
        assertThatIllegalStateException()
                .isThrownBy(() -> gateway.control("CreateModel", """
                {"ModelName":"no-room","ExecutionRoleArn":"arn:aws:iam::000000000000:role/r",
                 "PrimaryContainer":{"Image":"onnx","ModelDataUrl":"s3://models/model.onnx"}}"""))
                .withMessageContaining("ServiceUnavailable");

        Files.delete(filler);

        assertThat(post(known()).statusCode()).isEqualTo(202);
        assertThat(post(unknown()).statusCode()).isEqualTo(202);
        assertThat(queued()).isEqualTo(queued + 2);
    }

    /// Up to the store's limit.
    private void fill() throws IOException {
        byte[] block = new byte[MB];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (used() + 4_096 < capacity() * fullPercent / 100) {
                out.write(block);
            }
        }
    }

    private long used() throws IOException {
        return volume.getTotalSpace() - volume.getUnallocatedSpace();
    }

    private long capacity() throws IOException {
        return used() + volume.getUsableSpace();
    }

    private HttpResponse<String> post(BodyPublisher body) {
        return gateway.send(gateway.async(endpoint).POST(body));
    }

    private static BodyPublisher known() {
        return BodyPublishers.ofByteArray(new byte[MB]);
    }

    private static BodyPublisher unknown() {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[20 * MB]));
    }

    private int payloads() {
        return gateway.store
                .list(gateway.objects.bucket(), PlatformObjects.PAYLOADS, "")
                .size();
    }

    private long queued() {
        return gateway.lanes
                .position(gateway.lane(endpoint, LaneId.Kind.ASYNCHRONOUS))
                .orElseThrow()
                .end();
    }
}
