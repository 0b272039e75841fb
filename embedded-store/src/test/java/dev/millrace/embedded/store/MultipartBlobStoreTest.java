package dev.millrace.embedded.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

final class MultipartBlobStoreTest {
    private static final String BUCKET = "bucket";

    @TempDir
    private Path data;

    private DataFolder folder;
    private MultipartBlobStore store;
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @BeforeEach
    void open() throws IOException {
        folder = new DataFolder(data);
        var files = new FilesystemNio2BlobStore(folder.root().toString());
        var objects = new FilesystemNio2BlobStore(folder.objects().toString());
        var publisher = new Publisher(folder, objects, new KeyLocks());
        var space = new FreeSpace(data, 100);
        var durable = new DurableBlobStore(objects, files, folder, publisher, space);
        store = new MultipartBlobStore(durable, files, folder, publisher, space, () -> now);
        store.createContainer(BUCKET);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void givesUpUploadsThatStandStill() throws IOException {
        MultipartUpload idle = start("idle");
        MultipartUpload busy = start("busy");
        now = now.plus(Duration.ofMinutes(10));
        part(busy, 1);
        now = now.plus(Duration.ofMinutes(10));

        store.discardIdle(Duration.ofMinutes(15));

        assertThatExceptionOfType(S3Exception.class)
                .isThrownBy(() -> part(idle, 1))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("NoSuchUpload"));
        assertThat(part(busy, 2)).isNotEmpty();
        assertThat(unfinished()).isEqualTo(1);
    }

    @Test
    void leavesNoFileOfAnAbortedUpload() throws IOException {
        MultipartUpload upload = start("a/b");
        part(upload, 1);

        store.abortMultipartUpload(upload);

        assertThat(unfinished()).isZero();
        assertThat(store.listMultipartUploads(BUCKET)).isEmpty();
    }

    @Test
    void knowsAnUploadByBucketAndKeyToo() {
        MultipartUpload upload = start("mine");
        var other = new MultipartUpload(
                upload.id(),
                CreateMultipartUploadRequest.builder()
                        .bucket(BUCKET)
                        .key("other")
                        .build());

        assertThatExceptionOfType(S3Exception.class).isThrownBy(() -> part(other, 1));
    }

    private MultipartUpload start(String key) {
        return store.initiateMultipartUpload(
                CreateMultipartUploadRequest.builder().bucket(BUCKET).key(key).build());
    }

    private String part(MultipartUpload upload, int number) {
        var request = UploadPartRequest.builder()
                .bucket(upload.containerName())
                .key(upload.blobName())
                .uploadId(upload.id())
                .partNumber(number)
                .contentLength(3L)
                .build();
        return store.uploadMultipartPart(upload, request, new ByteArrayInputStream(new byte[] {1, 2, 3}))
                .eTag();
    }

    private long unfinished() throws IOException {
        try (Stream<Path> files = Files.list(folder.unfinished(""))) {
            return files.count();
        }
    }
}
