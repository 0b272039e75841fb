package dev.millrace.embedded.store;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Keeps each multipart upload in a folder of its own among the unfinished, so that giving one up is a
/// delete.
///
/// Uploads end with the process: their parts are not synced, so none may be continued after a restart.
final class MultipartBlobStore extends ForwardingBlobStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(MultipartBlobStore.class);
    /// What S3Proxy calls the object in which it notes an upload's content type and metadata.
    private static final String NOTE_PREFIX = ".s3proxy-mpu-stub-";
    /// The key that every upload has in its own folder.
    private static final String NAME = "object";
    private static final int MAX_OPEN = 2048;

    private record Upload(String bucket, String key, String folder, Instant started, AtomicLong lastUsed) {}

    private final DurableBlobStore durable;
    private final BlobStore files;
    private final DataFolder folder;
    private final Publisher publisher;
    private final FreeSpace space;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Upload> open = new ConcurrentHashMap<>();
    private final AtomicLong names = new AtomicLong();

    /// @param files a store over the whole folder
    MultipartBlobStore(
            DurableBlobStore durable,
            BlobStore files,
            DataFolder folder,
            Publisher publisher,
            FreeSpace space,
            InstantSource clock) {
        super(durable);
        this.durable = durable;
        this.files = files;
        this.folder = folder;
        this.publisher = publisher;
        this.space = space;
        this.clock = clock;
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        durable.requireBucket(request.bucket());
        if (open.size() >= MAX_OPEN) {
            throw S3Errors.tooManyUploads();
        }
        String own = DataFolder.UNFINISHED + "/upload-" + names.incrementAndGet();
        files.createContainer(own);
        MultipartUpload made = files.initiateMultipartUpload(
                request.toBuilder().bucket(own).key(NAME).build());
        Instant now = clock.instant();
        open.put(made.id(), new Upload(request.bucket(), request.key(), own, now, new AtomicLong(now.toEpochMilli())));
        return new MultipartUpload(made.id(), request, made.response());
    }

    @Override
    public UploadPartResponse uploadMultipartPart(MultipartUpload named, UploadPartRequest request, InputStream body) {
        Upload upload = find(named);
        UploadPartResponse response;
        try (var _ = space.reserve(request.contentLength())) {
            response = files.uploadMultipartPart(
                    within(upload, named),
                    request.toBuilder().bucket(upload.folder).key(NAME).build(),
                    body);
        } catch (RuntimeException e) {
            throw open.containsKey(named.id()) ? DurableBlobStore.translated(e) : S3Errors.noSuchUpload();
        }
        upload.lastUsed.set(clock.millis());
        return response;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload named, CompleteMultipartUploadRequest request) {
        Upload upload = find(named);
        var condition = new Publisher.Condition(request.ifMatch(), request.ifNoneMatch());
        // Before the parts are joined as well, so that a refused upload keeps its parts.
        publisher.check(upload.bucket, upload.key, condition);
        var aside = request.toBuilder()
                .bucket(upload.folder)
                .key(NAME)
                .ifMatch(null)
                .ifNoneMatch(null)
                .build();
        try (var _ = space.reserve(sizeOf(upload, named))) {
            CompleteMultipartUploadResponse response = files.completeMultipartUpload(within(upload, named), aside);
            Path joined = folder.root().resolve(upload.folder).resolve(NAME);
            publisher.publish(joined, upload.bucket, upload.key, condition);
            return response;
        } catch (RuntimeException e) {
            throw DurableBlobStore.translated(e);
        }
    }

    @Override
    public void abortMultipartUpload(MultipartUpload named) {
        discard(named.id());
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload named) {
        Upload upload = find(named);
        return files.listMultipartUpload(within(upload, named));
    }

    @Override
    public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(String bucket) {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue().bucket.equals(bucket))
                .map(entry -> software.amazon.awssdk.services.s3.model.MultipartUpload.builder()
                        .uploadId(entry.getKey())
                        .key(entry.getValue().key)
                        .initiated(entry.getValue().started)
                        .build())
                .toList();
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream body) {
        return isNote(request.key())
                ? files.putBlob(request.toBuilder().bucket(home(request.key())).build(), body)
                : super.putBlob(request, body);
    }

    @Override
    public boolean blobExists(String bucket, String key) {
        return blobMetadataIfPresent(bucket, key) != null;
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return isNote(request.key())
                ? files.blobMetadata(
                        request.toBuilder().bucket(home(request.key())).build())
                : super.blobMetadata(request);
    }

    @Override
    public ObjectCannedACL getBlobAccess(String bucket, String key) {
        return isNote(key) ? files.getBlobAccess(home(key), key) : super.getBlobAccess(bucket, key);
    }

    /// Removing the note is the last thing S3Proxy does to a completed upload.
    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        if (!isNote(request.key())) {
            return super.removeBlob(request);
        }
        discard(request.key().substring(NOTE_PREFIX.length()));
        return DeleteObjectResponse.builder().build();
    }

    /// Gives up uploads that nobody has touched for so long.
    void discardIdle(Duration idle) {
        long before = clock.instant().minus(idle).toEpochMilli();
        open.forEach((id, upload) -> {
            if (upload.lastUsed.get() < before) {
                LOGGER.atInfo()
                        .addKeyValue("bucket", upload.bucket)
                        .addKeyValue("key", upload.key)
                        .addKeyValue("startedAt", upload.started)
                        .log("idle multipart upload given up");
                discard(id);
            }
        });
    }

    /// Joining writes the parts once more.
    private long sizeOf(Upload upload, MultipartUpload named) {
        return files.listMultipartUpload(within(upload, named)).stream()
                .mapToLong(Part::size)
                .sum();
    }

    private void discard(String id) {
        Upload upload = open.remove(id);
        if (upload != null) {
            files.deleteContainer(upload.folder);
        }
    }

    private Upload find(MultipartUpload named) {
        Upload upload = open.get(named.id());
        if (upload == null || !upload.bucket.equals(named.containerName()) || !upload.key.equals(named.blobName())) {
            throw S3Errors.noSuchUpload();
        }
        upload.lastUsed.set(clock.millis());
        return upload;
    }

    private static MultipartUpload within(Upload upload, MultipartUpload named) {
        return new MultipartUpload(
                named.id(),
                named.request().toBuilder().bucket(upload.folder).key(NAME).build());
    }

    private static boolean isNote(String key) {
        return requireNonNull(key, "key").startsWith(NOTE_PREFIX);
    }

    /// The folder of the upload that the note is of; one that is not there when the upload is not.
    private String home(String note) {
        Upload upload = open.get(note.substring(NOTE_PREFIX.length()));
        return upload == null ? DataFolder.UNFINISHED : upload.folder;
    }
}
