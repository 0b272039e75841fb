package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.testkit.FakeObjectStore;
import dev.millrace.testkit.ScratchFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArtifactCacheTest {
    private static final BucketName BUCKET = new BucketName("models");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private final FakeObjectStore store = new FakeObjectStore(clock, BUCKET);
    private final ScratchFolder folder = new ScratchFolder("artifacts");

    @AfterEach
    void clean() {
        folder.close();
    }

    private ArtifactCache cache(long maxBytes) {
        return new ArtifactCache(store, folder.path(), maxBytes, clock);
    }

    private ObjectLocation put(String key, String text) {
        var at = new ObjectLocation(BUCKET, key);
        var _ = store.put(at, Payload.ofUtf8(text), ObjectAttributes.NONE, WriteCondition.ALWAYS);
        return at;
    }

    @Test
    void downloadsEachVersionOnce() throws IOException {
        ObjectLocation at = put("a", "first");
        ArtifactCache.Cached cached = cache(1_000).fetch(at);
        Files.writeString(cached.file(), "still here");

        ArtifactCache.Cached again = cache(1_000).fetch(at);

        assertThat(Files.readString(again.file())).isEqualTo("still here");
    }

    @Test
    void takesANewUploadUnderTheSameKeyAsAnotherVersion() throws IOException {
        ArtifactCache.Cached first = cache(1_000).fetch(put("a", "first"));

        ArtifactCache.Cached second = cache(1_000).fetch(put("a", "second"));

        assertThat(second.file()).isNotEqualTo(first.file()).hasContent("second");
        assertThat(Files.readString(first.file())).isEqualTo("first");
    }

    @Test
    void deletesTheVersionsNotUsedForLongestBeyondItsBound() {
        ArtifactCache.Cached oldest = cache(12).fetch(put("a", "12345"));
        now.set(now.get().plusSeconds(10));
        ArtifactCache.Cached middle = cache(12).fetch(put("b", "12345"));
        now.set(now.get().plusSeconds(10));

        ArtifactCache.Cached newest = cache(12).fetch(put("c", "12345"));

        assertThat(oldest.file()).doesNotExist();
        assertThat(middle.file()).exists();
        assertThat(newest.file()).exists();
    }

    @Test
    void saysThatThereIsNoSuchArtifact() {
        assertThatThrownBy(() -> cache(1_000).fetch(new ObjectLocation(BUCKET, "gone")))
                .isInstanceOfSatisfying(
                        PlatformException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_NOT_FOUND));
    }
}
