package dev.millrace.embedded.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

final class DurableBlobStoreTest {
    private static final String BUCKET = "bucket";

    @TempDir
    private Path data;

    private DataFolder folder;
    private DurableBlobStore store;

    @BeforeEach
    void open() throws IOException {
        folder = new DataFolder(data);
        store = store(100);
        store.createContainer(BUCKET);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void showsNothingOfAnObjectThatIsBeingWritten() throws IOException {
        var listedWhileWriting = new ArrayList<List<String>>();
        var secondHalf = new FilterInputStream(stream("x".repeat(5_000))) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (listedWhileWriting.isEmpty()) {
                    listedWhileWriting.add(keys());
                }
                return super.read(bytes, offset, length);
            }
        };
        var body = new SequenceInputStream(stream("x".repeat(5_000)), secondHalf);

        store.putBlob(request("a/b", 10_000).build(), body);

        assertThat(listedWhileWriting).containsExactly(List.of());
        assertThat(keys()).containsExactly("a/b");
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void leavesNothingOfAWriteThatBreaksOff() throws IOException {
        var broken = new FilterInputStream(stream("x")) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("the client has gone");
            }
        };

        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> store.putBlob(request("a", 10).build(), broken));

        assertThat(keys()).isEmpty();
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void clearsWhatADeadProcessLeftAndNoObjectThatLooksLikeIt() throws IOException {
        String lookalike = "report-01234567-89ab-4cde-8f01-23456789abcd";
        put(lookalike, "mine");
        Files.writeString(folder.unfinished("put-17"), "half of");
        Files.createDirectories(folder.unfinished("upload-3"));
        Files.writeString(folder.unfinished("upload-3").resolve(".mpus-part"), "a part");
        folder.close();

        folder = new DataFolder(data);
        store = store(100);

        assertThat(unfinished()).isEmpty();
        assertThat(keys()).containsExactly(lookalike);
    }

    @Test
    void isTheOnlyUserOfItsFolder() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new DataFolder(data))
                .withMessageContaining("in use");
    }

    @Test
    void refusesWritesOnAFullVolumeAndNothingElse() throws IOException {
        put("kept", "x");

        DurableBlobStore full = store(1);

        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> full.putBlob(request("a", 1).build(), stream("x")))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(507))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("StorageFull"));
        assertThat(full.blobExists(BUCKET, "kept")).isTrue();
        assertThatCode(() -> full.removeBlob(
                        DeleteObjectRequest.builder().bucket(BUCKET).key("kept").build()))
                .doesNotThrowAnyException();
        assertThatCode(() -> put("a", "x")).doesNotThrowAnyException();
    }

    @Test
    void refusesAnObjectThatWouldFillTheVolume() {
        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> store.putBlob(request("a", 1L << 50).build(), stream("x")))
                .satisfies(e -> assertThat(e.statusCode()).isEqualTo(507));
    }

    @Test
    void countsWhatOthersAreAboutToWrite() throws IOException {
        var space = new FreeSpace(data, 100);
        long most = Files.getFileStore(data).getUsableSpace() / 3 * 2;

        try (var _ = space.reserve(most)) {
            assertThatExceptionOfType(S3Exception.class).isThrownBy(() -> space.reserve(most));
        }
        try (var room = space.reserve(most)) {
            assertThat(room).as("room again").isNotNull();
        }
    }

    @Test
    void writesAndDeletesInOneFolderAtOnce() throws Exception {
        List<Callable<Void>> calls = new ArrayList<>();
        for (int worker = 0; worker < 8; worker++) {
            String key = "folder/deeper/" + worker;
            calls.add(() -> {
                for (int i = 0; i < 50; i++) {
                    put(key, "x");
                    store.removeBlob(DeleteObjectRequest.builder()
                            .bucket(BUCKET)
                            .key(key)
                            .build());
                }
                return null;
            });
        }

        try (var threads = Executors.newFixedThreadPool(calls.size())) {
            for (var future : threads.invokeAll(calls)) {
                future.get();
            }
        }

        assertThat(keys()).isEmpty();
    }

    @Test
    void refusesKeysThatLeadOutOfTheBucket() {
        for (String key : List.of("../other/key", "a/../../other", ".mpus-x", ".s3proxy-versions/x")) {
            assertThatExceptionOfType(S3Exception.class)
                    .as(key)
                    .isThrownBy(() -> put(key, "x"))
                    .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
        }
        assertThat(unfinished()).isEmpty();
    }

    private DurableBlobStore store(int fullPercent) throws IOException {
        var files = new FilesystemNio2BlobStore(folder.root().toString());
        var objects = new FilesystemNio2BlobStore(folder.objects().toString());
        var publisher = new Publisher(folder, objects, new KeyLocks());
        return new DurableBlobStore(objects, files, folder, publisher, new FreeSpace(data, fullPercent));
    }

    private void put(String key, String text) {
        store.putBlob(request(key, text.length()).build(), stream(text));
    }

    private static PutObjectRequest.Builder request(String key, long length) {
        return PutObjectRequest.builder().bucket(BUCKET).key(key).contentLength(length);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private List<String> keys() {
        return store.list(BUCKET).contents().stream().map(S3Object::key).toList();
    }

    private List<Path> unfinished() {
        try (Stream<Path> files = Files.list(folder.unfinished(""))) {
            return files.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
