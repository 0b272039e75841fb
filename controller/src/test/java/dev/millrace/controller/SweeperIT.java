package dev.millrace.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.UnfinishedUpload;
import dev.millrace.invocation.port.WriteCondition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweeperIT {
    private static final Duration RETENTION = Duration.ofDays(7);

    private final TestPlatform platform = new TestPlatform();

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void deletesOldPayloadsAndKeepsYoungOnesAndResources() throws InterruptedException {
        ObjectLocation old = payload(Instant.now());
        ObjectLocation young = payload(Instant.now().plus(RETENTION).plusSeconds(3600));
        ObjectLocation resource = platform.objects().resource("model", "kept");
        put(resource);
        Instant later = Instant.now().plus(RETENTION).plusSeconds(60);

        int deleted = new Sweeper(platform.store(), platform.objects(), RETENTION, InstantSource.fixed(later)).sweep();

        assertThat(deleted).isPositive();
        assertThat(platform.store().head(old)).isEmpty();
        assertThat(platform.store().head(young)).isPresent();
        assertThat(platform.store().head(resource)).isPresent();
        platform.store().delete(young);
        platform.store().delete(resource);
    }

    @Test
    void givesUpUploadsThatNobodyCompletedForADay() throws InterruptedException {
        ObjectLocation at = platform.objects().input(InvocationId.create(InstantSource.system(), new Random(1)));
        try (ObjectWriter upload = platform.store().open(at, ObjectAttributes.NONE, WriteCondition.ALWAYS)) {
            upload.write(ByteBuffer.allocate(20 << 20));

            assertThat(sweeper(Duration.ofHours(23)).abortUnfinished()).isZero();
            assertThat(unfinished(at)).hasSize(1);
            assertThat(sweeper(Duration.ofHours(25)).abortUnfinished()).isPositive();
            assertThat(unfinished(at)).isEmpty();
        }
    }

    private List<UnfinishedUpload> unfinished(ObjectLocation at) {
        return platform.store()
                .unfinishedUploads(at.bucket(), at.key(), Instant.now().plus(Duration.ofDays(1)));
    }

    private Sweeper sweeper(Duration later) {
        return new Sweeper(
                platform.store(), platform.objects(), RETENTION, InstantSource.offset(InstantSource.system(), later));
    }

    private ObjectLocation payload(Instant at) {
        ObjectLocation location =
                platform.objects().input(InvocationId.create(InstantSource.fixed(at), new Random(at.toEpochMilli())));
        put(location);
        return location;
    }

    private void put(ObjectLocation location) {
        var _ = platform.store().put(location, Payload.ofUtf8("x"), ObjectAttributes.NONE, WriteCondition.ALWAYS);
    }
}
