package dev.millrace.embedded.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// Writes each object aside and publishes it when it is whole: readers and listings never see a part of
/// one.
///
/// S3Proxy itself writes beside the object, in the bucket, does not sync, and checks `If-Match` before the
/// write instead of with it.
final class DurableBlobStore extends ForwardingBlobStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(DurableBlobStore.class);

    private final BlobStore files;
    private final DataFolder folder;
    private final Publisher publisher;
    private final FreeSpace space;
    private final AtomicLong names = new AtomicLong();

    /// @param objects a store over `objects`, which reads and lists
    /// @param files a store over the whole folder, to which `unfinished` and `objects/<bucket>` are buckets
    DurableBlobStore(BlobStore objects, BlobStore files, DataFolder folder, Publisher publisher, FreeSpace space) {
        super(objects);
        this.files = files;
        this.folder = folder;
        this.publisher = publisher;
        this.space = space;
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        if (request.key().endsWith("/")) {
            // A marker that some clients write for a folder: no bytes, only an attribute of the folder.
            return super.putBlob(request, body);
        }
        requireBucket(request.bucket());
        String name = "put-" + names.incrementAndGet();
        return writing(name, request.contentLength(), () -> {
            var aside = request.toBuilder()
                    .bucket(DataFolder.UNFINISHED)
                    .key(name)
                    .ifMatch(null)
                    .ifNoneMatch(null)
                    .build();
            PutObjectResponse response = files.putBlob(aside, body);
            publisher.publish(
                    folder.unfinished(name),
                    request.bucket(),
                    request.key(),
                    new Publisher.Condition(request.ifMatch(), request.ifNoneMatch()));
            return response;
        });
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        requireBucket(request.sourceBucket());
        requireBucket(request.destinationBucket());
        String name = "copy-" + names.incrementAndGet();
        return writing(name, sizeOf(request), () -> {
            var aside = request.toBuilder()
                    .sourceBucket(DataFolder.OBJECTS + "/" + request.sourceBucket())
                    .destinationBucket(DataFolder.UNFINISHED)
                    .destinationKey(name)
                    .build();
            CopyObjectResponse response = files.copyBlob(aside);
            publisher.publish(
                    folder.unfinished(name),
                    request.destinationBucket(),
                    request.destinationKey(),
                    new Publisher.Condition(null, null));
            return response;
        });
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        try {
            return super.getBlob(request);
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        try {
            return super.blobMetadata(request);
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        if (request.key().endsWith("/")) {
            return super.removeBlob(request);
        }
        publisher.remove(request.bucket(), request.key(), () -> super.removeBlob(request));
        return DeleteObjectResponse.builder().build();
    }

    @Override
    public CreateBucketResponse createContainer(CreateBucketRequest request) {
        CreateBucketResponse response = super.createContainer(request);
        try {
            DiskSync.folder(folder.objects());
        } catch (IOException e) {
            throw Publisher.refusal(e);
        }
        return response;
    }

    void requireBucket(String bucket) {
        if (!containerExists(bucket)) {
            // For the error that S3Proxy makes of it.
            var _ = super.list(bucket);
        }
    }

    /// S3Proxy wraps what the file system says.
    static RuntimeException translated(RuntimeException failure) {
        return failure.getCause() instanceof IOException cause ? Publisher.refusal(cause) : failure;
    }

    private <T> T writing(String name, long bytes, Supplier<T> write) {
        Path file = folder.unfinished(name);
        try (var _ = space.reserve(bytes)) {
            return write.get();
        } catch (RuntimeException e) {
            throw translated(e);
        } finally {
            discard(file);
        }
    }

    private long sizeOf(CopyObjectRequest request) {
        HeadObjectResponse source = blobMetadataIfPresent(request.sourceBucket(), request.sourceKey());
        return source == null ? 0 : source.contentLength();
    }

    private static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("error", e.getMessage())
                    .log("unfinished file stays until the next start");
        }
    }
}
