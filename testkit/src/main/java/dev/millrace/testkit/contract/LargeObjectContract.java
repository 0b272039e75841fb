package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.StoreFixture.BUCKET;
import static dev.millrace.testkit.contract.StoreFixture.MISSING;
import static dev.millrace.testkit.contract.StoreFixture.NO_LIMIT;
import static dev.millrace.testkit.contract.StoreFixture.atOnce;
import static dev.millrace.testkit.contract.StoreFixture.attributes;
import static dev.millrace.testkit.contract.StoreFixture.bytes;
import static dev.millrace.testkit.contract.StoreFixture.freshId;
import static dev.millrace.testkit.contract.StoreFixture.payload;
import static dev.millrace.testkit.contract.StoreFixture.readAll;
import static dev.millrace.testkit.contract.StoreFixture.winners;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.UnfinishedUpload;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.testkit.StoreAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Objects in pieces: written in parts, read by ranges, copied to files.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LargeObjectContract {
    private static final int LARGE = 70 * 1000 * 1000;
    private static final int TWO_PARTS = 9 * 1024 * 1024;
    private static final ObjectAttributes BINARY = new ObjectAttributes("application/octet-stream", null);

    private final StoreFixture fixture = new StoreFixture();
    private ObjectStore store;

    /// An adapter for that server; the contract closes it.
    protected abstract ObjectStore connect(StoreAccess access, BucketName bucket);

    /// The server to test against.
    protected abstract StoreAccess access();

    @BeforeAll
    final void open() {
        store = connect(access(), BUCKET);
        store.ensureBucket(BUCKET);
    }

    @AfterAll
    final void close() {
        store.close();
    }

    @Test
    protected void writesInPartsWhatIsReadAndDownloadedWhole(@TempDir Path folder) throws IOException {
        var at = fixture.fresh();
        var id = freshId();
        byte[] body = bytes(LARGE, 7);
        Path file = folder.resolve("download");

        try (ObjectWriter writer = store.open(at, attributes(id), WriteCondition.IF_ABSENT)) {
            for (int from = 0; from < LARGE; from += 1_000_000) {
                writer.write(ByteBuffer.wrap(body, from, 1_000_000));
            }
            assertThat(writer.bytesWritten()).isEqualTo(LARGE);
            assertThat(store.head(at)).as("before the commit").isEmpty();
            assertThat(writer.commit()).isInstanceOf(WriteResult.Written.class);
        }

        ObjectInfo info = store.head(at).orElseThrow();
        assertThat(info.size()).isEqualTo(LARGE);
        assertThat(info.invocationId()).isEqualTo(id.toString());
        assertThat(info.contentType()).isEqualTo("application/octet-stream");
        assertThat(readAll(store.read(at, info.etag(), 0, LARGE))).isEqualTo(body);
        assertThat(store.download(at, file)).hasValue(info);
        assertThat(Files.readAllBytes(file)).isEqualTo(body);
    }

    @Test
    protected void writesWhatFitsInOnePart() {
        var at = fixture.fresh();

        try (ObjectWriter writer = store.open(at, BINARY, WriteCondition.ALWAYS)) {
            writer.write(ByteBuffer.wrap(bytes(1_000, 1)));
            writer.write(ByteBuffer.allocate(0));
            assertThat(store.head(at)).as("before the commit").isEmpty();
            assertThat(writer.commit()).isInstanceOf(WriteResult.Written.class);
        }
        try (ObjectWriter writer = store.open(fixture.fresh(), BINARY, WriteCondition.IF_ABSENT)) {
            assertThat(writer.commit()).as("of nothing").isInstanceOf(WriteResult.Written.class);
        }

        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(1_000, 1));
    }

    @Test
    protected void leavesNothingWithoutACommit() {
        String prefix = fixture.freshPrefix();

        for (int size : List.of(0, 100, TWO_PARTS)) {
            try (ObjectWriter writer =
                    store.open(new ObjectLocation(BUCKET, prefix + size), BINARY, WriteCondition.ALWAYS)) {
                writer.write(ByteBuffer.wrap(bytes(size, 1)));
            }
        }

        assertThat(store.list(BUCKET, prefix, "")).isEmpty();
    }

    @Test
    protected void tellsOfUnfinishedUploadsAndGivesThemUp() {
        var at = fixture.fresh();
        Instant later = Instant.now().plus(Duration.ofHours(1));

        try (ObjectWriter writer = store.open(at, BINARY, WriteCondition.ALWAYS)) {
            writer.write(ByteBuffer.wrap(bytes(TWO_PARTS, 1)));
            List<UnfinishedUpload> unfinished = store.unfinishedUploads(BUCKET, at.key(), later);
            assertThat(unfinished).extracting(UnfinishedUpload::location).containsExactly(at);
            assertThat(store.unfinishedUploads(BUCKET, at.key(), Instant.EPOCH)).isEmpty();
            assertThat(store.unfinishedUploads(BUCKET, at.key() + "/", later)).isEmpty();

            unfinished.forEach(store::abort);
            unfinished.forEach(store::abort);

            assertThat(store.unfinishedUploads(BUCKET, at.key(), later)).isEmpty();
            assertThatExceptionOfType(PlatformException.class).isThrownBy(writer::commit);
        }
        assertThat(store.head(at)).isEmpty();
    }

    @Test
    protected void checksTheConditionWhenPartsAreJoined() {
        var at = fixture.fresh();
        WriteResult first = write(at, TWO_PARTS, 1, WriteCondition.IF_ABSENT);
        assertThat(first).isInstanceOf(WriteResult.Written.class);
        String etag = ((WriteResult.Written) first).etag();

        assertThat(write(at, TWO_PARTS, 2, WriteCondition.IF_ABSENT)).isEqualTo(new WriteResult.Refused());
        assertThat(write(at, 100, 3, WriteCondition.IF_ABSENT)).isEqualTo(new WriteResult.Refused());
        assertThat(write(at, TWO_PARTS, 4, new WriteCondition.IfMatch("0".repeat(32))))
                .isEqualTo(new WriteResult.Refused());
        assertThat(store.head(at)).map(ObjectInfo::etag).hasValue(etag);
        assertThat(write(at, TWO_PARTS, 5, new WriteCondition.IfMatch(etag))).isInstanceOf(WriteResult.Written.class);
        assertThat(store.head(at)).map(ObjectInfo::etag).isNotEqualTo(etag);
    }

    @Test
    protected void letsOneOfManyUploadsInPartsWin() {
        for (int round = 0; round < 3; round++) {
            var at = fixture.fresh();

            List<WriteResult> results = atOnce(4, racer -> () -> write(at, TWO_PARTS, racer, WriteCondition.IF_ABSENT));

            assertThat(winners(results)).as("winners in round " + round).isEqualTo(1);
        }
    }

    @Test
    protected void refusesToWriteIntoABucketThatIsNotThere() {
        for (int size : List.of(100, TWO_PARTS)) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(() -> write(new ObjectLocation(MISSING, "key"), size, 1, WriteCondition.ALWAYS))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
        }
    }

    @Test
    protected void readsAnyRange() {
        var at = fixture.fresh();
        byte[] body = bytes(100_000, 1);
        var written = (WriteResult.Written) store.put(at, payload(100_000, 1), BINARY, WriteCondition.ALWAYS);

        for (int[] range : new int[][] {{0, 1}, {0, 100_000}, {99_999, 1}, {12_345, 6_789}, {500, 0}, {100_000, 0}}) {
            assertThat(readAll(store.read(at, written.etag(), range[0], range[1])))
                    .isEqualTo(Arrays.copyOfRange(body, range[0], range[0] + range[1]));
        }
    }

    @Test
    protected void refusesToReadAnotherVersion() {
        var at = fixture.fresh();
        var written = (WriteResult.Written) store.put(at, payload(100, 1), BINARY, WriteCondition.ALWAYS);
        store.put(at, payload(100, 2), BINARY, WriteCondition.ALWAYS);

        assertThatExceptionOfType(PlatformException.class)
                .as("changed")
                .isThrownBy(() -> readAll(store.read(at, written.etag(), 0, 100)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_NOT_FOUND));

        store.delete(at);

        assertThatExceptionOfType(PlatformException.class)
                .as("deleted")
                .isThrownBy(() -> readAll(store.read(at, written.etag(), 0, 100)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_NOT_FOUND));
    }

    @Test
    protected void downloadsSmallEmptyAndMissing(@TempDir Path folder) throws IOException {
        var small = fixture.fresh();
        var empty = fixture.fresh();
        store.put(small, payload(10, 1), BINARY, WriteCondition.ALWAYS);
        store.put(empty, payload(0, 1), BINARY, WriteCondition.ALWAYS);
        Path file = Files.write(folder.resolve("file"), bytes(1_000, 9));

        assertThat(store.download(small, file)).isPresent();
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes(10, 1));
        assertThat(store.download(empty, file)).isPresent();
        assertThat(Files.size(file)).isZero();
        assertThat(store.download(fixture.fresh(), folder.resolve("other"))).isEmpty();
    }

    private WriteResult write(ObjectLocation at, int size, long seed, WriteCondition condition) {
        try (ObjectWriter writer = store.open(at, BINARY, condition)) {
            writer.write(ByteBuffer.wrap(bytes(size, seed)));
            return writer.commit();
        }
    }
}
