package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.StoreFixture.BUCKET;
import static dev.millrace.testkit.contract.StoreFixture.MISSING;
import static dev.millrace.testkit.contract.StoreFixture.NO_LIMIT;
import static dev.millrace.testkit.contract.StoreFixture.atOnce;
import static dev.millrace.testkit.contract.StoreFixture.attributes;
import static dev.millrace.testkit.contract.StoreFixture.freshId;
import static dev.millrace.testkit.contract.StoreFixture.payload;
import static dev.millrace.testkit.contract.StoreFixture.winners;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import dev.millrace.testkit.StoreAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Objects whole: written, found, listed, raced for, deleted.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ObjectStoreContract {
    private static final int RACERS = 16;
    private static final int ROUNDS = 40;
    private static final ObjectAttributes TEXT = new ObjectAttributes("text/plain", null);

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
    protected void readsBackWhatWasPut() {
        var at = fixture.fresh();
        var id = freshId();
        Payload body = payload(300, 1);

        var written = (WriteResult.Written) store.put(at, body, attributes(id), WriteCondition.ALWAYS);

        StoredObject stored = store.get(at, NO_LIMIT).orElseThrow();
        assertThat(stored.body()).isEqualTo(body);
        assertThat(stored.info()).isEqualTo(store.head(at).orElseThrow());
        assertThat(stored.info().location()).isEqualTo(at);
        assertThat(stored.info().size()).isEqualTo(300);
        assertThat(stored.info().etag()).isEqualTo(written.etag()).doesNotContain("\"");
        assertThat(stored.info().contentType()).isEqualTo("application/octet-stream");
        assertThat(stored.info().invocationId()).isEqualTo(id.toString());
        assertThat(stored.info().lastModified())
                .isBetween(
                        Instant.now().minus(Duration.ofMinutes(1)),
                        Instant.now().plus(Duration.ofMinutes(1)));
    }

    @Test
    protected void keepsAnEmptyObject() {
        var at = fixture.fresh();

        store.put(at, Payload.EMPTY, TEXT, WriteCondition.IF_ABSENT);

        assertThat(store.head(at)).map(ObjectInfo::size).hasValue(0L);
        assertThat(store.get(at, 0)).map(StoredObject::body).hasValue(Payload.EMPTY);
    }

    @Test
    protected void overwritesWithNewAttributes() {
        var at = fixture.fresh();
        store.put(at, payload(5_000, 1), attributes(freshId()), WriteCondition.ALWAYS);

        store.put(at, payload(10, 2), TEXT, WriteCondition.ALWAYS);

        StoredObject stored = store.get(at, NO_LIMIT).orElseThrow();
        assertThat(stored.body()).isEqualTo(payload(10, 2));
        assertThat(stored.info().contentType()).isEqualTo("text/plain");
        assertThat(stored.info().invocationId()).isNull();
    }

    @Test
    protected void answersEmptyForWhatIsNotThere() {
        var missing = fixture.fresh();
        var nowhere = new ObjectLocation(MISSING, "key");

        assertThat(store.head(missing)).isEmpty();
        assertThat(store.get(missing, NO_LIMIT)).isEmpty();
        assertThat(store.head(nowhere)).isEmpty();
        assertThat(store.get(nowhere, NO_LIMIT)).isEmpty();
        assertThat(store.list(MISSING, "", "")).isEmpty();
        assertThat(store.bucketExists(MISSING)).isFalse();
        assertThatCode(() -> store.delete(missing)).doesNotThrowAnyException();
        assertThatCode(() -> store.delete(nowhere)).doesNotThrowAnyException();
    }

    @Test
    protected void refusesToWriteIntoABucketThatIsNotThere() {
        var nowhere = new ObjectLocation(MISSING, "key");

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.put(nowhere, payload(1, 1), TEXT, WriteCondition.ALWAYS))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.put(nowhere, payload(1, 1), TEXT, WriteCondition.IF_ABSENT))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_ERROR));
    }

    @Test
    protected void refusesToReadMoreThanAllowed() {
        var at = fixture.fresh();
        store.put(at, payload(1_001, 1), TEXT, WriteCondition.ALWAYS);

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> store.get(at, 1_000))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
        assertThat(store.get(at, 1_001)).isPresent();
    }

    @Test
    protected void deletesAndForgets() {
        var at = fixture.fresh();
        store.put(at, payload(10, 1), TEXT, WriteCondition.ALWAYS);

        store.delete(at);

        assertThat(store.head(at)).isEmpty();
        assertThat(store.put(at, payload(10, 2), TEXT, WriteCondition.IF_ABSENT))
                .isInstanceOf(WriteResult.Written.class);
    }

    @Test
    protected void writesOnlyWhereTheConditionHolds() {
        var at = fixture.fresh();
        var first = (WriteResult.Written) store.put(at, payload(10, 1), TEXT, WriteCondition.IF_ABSENT);

        assertThat(store.put(at, payload(10, 2), TEXT, WriteCondition.IF_ABSENT))
                .isEqualTo(new WriteResult.Refused());
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(10, 1));
        assertThat(store.put(at, payload(10, 3), TEXT, new WriteCondition.IfMatch("0".repeat(32))))
                .isEqualTo(new WriteResult.Refused());
        assertThat(store.put(at, payload(10, 4), TEXT, new WriteCondition.IfMatch(first.etag())))
                .isInstanceOf(WriteResult.Written.class);
        assertThat(store.put(at, payload(10, 5), TEXT, new WriteCondition.IfMatch(first.etag())))
                .isEqualTo(new WriteResult.Refused());
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(10, 4));
        assertThat(store.put(fixture.fresh(), payload(10, 6), TEXT, new WriteCondition.IfMatch(first.etag())))
                .isEqualTo(new WriteResult.Refused());
    }

    @Test
    protected void letsOneOfManyCreatorsWin() {
        for (int round = 0; round < ROUNDS; round++) {
            var at = fixture.fresh();

            List<WriteResult> results =
                    atOnce(RACERS, racer -> () -> store.put(at, payload(64, racer), TEXT, WriteCondition.IF_ABSENT));

            assertThat(winners(results)).as("winners in round " + round).isEqualTo(1);
            assertIsWinners(at, results);
        }
    }

    @Test
    protected void letsOneOfManySwappersWin() {
        for (int round = 0; round < ROUNDS; round++) {
            var at = fixture.fresh();
            var before = (WriteResult.Written) store.put(at, payload(64, -1), TEXT, WriteCondition.ALWAYS);
            var condition = new WriteCondition.IfMatch(before.etag());

            List<WriteResult> results =
                    atOnce(RACERS, racer -> () -> store.put(at, payload(64, racer), TEXT, condition));

            assertThat(winners(results)).as("winners in round " + round).isEqualTo(1);
            assertIsWinners(at, results);
        }
    }

    @Test
    protected void neverShowsPartOfAnObject() {
        var at = fixture.fresh();
        int size = 2 * 1024 * 1024;
        store.put(at, filled(size, 0), TEXT, WriteCondition.ALWAYS);

        List<Boolean> whole = atOnce(8, i -> () -> {
            if (i < 2) {
                for (int version = 1; version <= 10; version++) {
                    store.put(at, filled(size, 10 * i + version), TEXT, WriteCondition.ALWAYS);
                }
                return true;
            }
            for (int read = 0; read < 10; read++) {
                byte[] bytes = store.get(at, NO_LIMIT).orElseThrow().body().bytes();
                if (bytes.length != size || IntStream.range(0, size).anyMatch(at0 -> bytes[at0] != bytes[0])) {
                    return false;
                }
            }
            return true;
        });

        assertThat(whole).containsOnly(true);
    }

    @Test
    protected void listsByPrefixInOrderAndInPages() {
        String prefix = fixture.freshPrefix();
        atOnce(
                1_005,
                i -> () -> store.put(
                        new ObjectLocation(BUCKET, "%s%04d".formatted(prefix, i)),
                        payload(3, i),
                        TEXT,
                        WriteCondition.ALWAYS));

        List<ObjectInfo> first = store.list(BUCKET, prefix, "");
        List<ObjectInfo> second =
                store.list(BUCKET, prefix, first.getLast().location().key());

        assertThat(first).hasSize(1_000).isSortedAccordingTo((a, b) -> key(a).compareTo(key(b)));
        assertThat(first.getFirst().location().key()).isEqualTo(prefix + "0000");
        assertThat(first.getFirst().size()).isEqualTo(3);
        assertThat(first.getFirst().etag())
                .isEqualTo(store.head(first.getFirst().location()).orElseThrow().etag());
        assertThat(second)
                .extracting(ObjectStoreContract::key)
                .containsExactly(prefix + "1000", prefix + "1001", prefix + "1002", prefix + "1003", prefix + "1004");
        assertThat(store.list(BUCKET, prefix + "0007", "")).hasSize(1);
        assertThat(store.list(BUCKET, prefix + "none", "")).isEmpty();
    }

    @Test
    protected void keepsStrangeKeysApart() {
        String prefix = fixture.freshPrefix();
        List<String> keys = List.of(
                "plain",
                "with space/and more",
                "ünïcödé/日本語/😀.json",
                "plus+percent%20%2F/%",
                "amp&eq=q?s#h",
                "quote\"'`$(id);|<>",
                "~tilde@at:colon,comma*star!",
                ".hidden",
                "...",
                "ends-with-dot.",
                "-00000000-0000-4000-8000-000000000000",
                "UPPER/lower",
                "upper/lower",
                "x".repeat(200) + "/" + "y".repeat(200));

        for (String key : keys) {
            var at = new ObjectLocation(BUCKET, prefix + key);
            store.put(at, Payload.ofUtf8(key), TEXT, WriteCondition.IF_ABSENT);
            assertThat(store.get(at, NO_LIMIT))
                    .as(key)
                    .map(stored -> stored.body().utf8())
                    .hasValue(key);
        }

        assertThat(store.list(BUCKET, prefix, ""))
                .extracting(info -> key(info).substring(prefix.length()))
                .containsExactlyInAnyOrderElementsOf(keys);
        for (String key : keys) {
            store.delete(new ObjectLocation(BUCKET, prefix + key));
        }
        assertThat(store.list(BUCKET, prefix, "")).isEmpty();
    }

    @Test
    protected void servesManyCallersAtOnce() {
        List<Boolean> same = atOnce(200, i -> () -> {
            var at = fixture.fresh();
            store.put(at, payload(1_000 + i, i), TEXT, WriteCondition.IF_ABSENT);
            Optional<StoredObject> stored = store.get(at, NO_LIMIT);
            store.delete(at);
            return stored.orElseThrow().body().equals(payload(1_000 + i, i));
        });

        assertThat(same).containsOnly(true);
    }

    @Test
    protected void makesABucketOnceHoweverOftenAsked() {
        assertThatCode(() -> atOnce(4, _ -> () -> {
                    store.ensureBucket(BUCKET);
                    return true;
                }))
                .doesNotThrowAnyException();
        assertThat(store.bucketExists(BUCKET)).isTrue();
    }

    @Test
    protected void tellsWhetherItCanBeUsed() {
        assertThatCode(store::check).doesNotThrowAnyException();
        try (ObjectStore other = connect(access(), MISSING)) {
            assertThatExceptionOfType(PlatformException.class)
                    .isThrownBy(other::check)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        }
    }

    private void assertIsWinners(ObjectLocation at, List<WriteResult> results) {
        int winner = IntStream.range(0, results.size())
                .filter(i -> results.get(i) instanceof WriteResult.Written)
                .findFirst()
                .orElseThrow();
        assertThat(store.get(at, NO_LIMIT)).map(StoredObject::body).hasValue(payload(64, winner));
    }

    private static String key(ObjectInfo info) {
        return info.location().key();
    }

    private static Payload filled(int size, int value) {
        var bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Payload.of(bytes);
    }
}
