package dev.millrace.embedded.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/// Gives a finished file its name among the objects, if the write's condition holds, in one step per key.
final class Publisher {
    /// @param ifMatch the ETag that the object must have, `*` for any, or null
    /// @param ifNoneMatch the ETag that it must not have, `*` for none at all, or null
    record Condition(@Nullable String ifMatch, @Nullable String ifNoneMatch) {}

    private final DataFolder folder;
    private final BlobStore objects;
    private final KeyLocks locks;

    Publisher(DataFolder folder, BlobStore objects, KeyLocks locks) {
        this.folder = folder;
        this.objects = objects;
        this.locks = locks;
    }

    /// Syncs the file and moves it; when this returns, object and name survive a power cut.
    void publish(Path file, String bucket, String key, Condition condition) {
        Path target = target(bucket, key);
        Lock lock = locks.of(bucket, key);
        try {
            // Before the name: a cut in between must not leave an empty object under it.
            DiskSync.file(file);
            lock.lock();
            try {
                check(bucket, key, condition);
                if (Files.isDirectory(target)) {
                    throw S3Errors.keyInTheWay();
                }
                DiskSync.move(file, target, folder.objects());
            } finally {
                lock.unlock();
            }
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    /// Removes an object under its lock, durably.
    void remove(String bucket, String key, Runnable removal) {
        Path target = target(bucket, key);
        Lock lock = locks.of(bucket, key);
        lock.lock();
        try {
            removal.run();
            DiskSync.removal(target, folder.objects());
        } catch (IOException e) {
            throw refusal(e);
        } finally {
            lock.unlock();
        }
    }

    /// @throws RuntimeException the S3 error, when the condition does not hold now
    void check(String bucket, String key, Condition condition) {
        if (condition.ifMatch() == null && condition.ifNoneMatch() == null) {
            return;
        }
        if (condition.ifMatch() == null && "*".equals(condition.ifNoneMatch())) {
            // The common case, without S3Proxy's costly way of saying that there is no object.
            if (Files.isRegularFile(target(bucket, key))) {
                throw S3Errors.preconditionFailed();
            }
            return;
        }
        HeadObjectResponse current = objects.blobMetadataIfPresent(bucket, key);
        String etag = current == null ? null : unquoted(current.eTag());
        if (condition.ifMatch() != null) {
            if (current == null) {
                throw S3Exceptions.noSuchKey(bucket, key, "if-match on an object that is not there");
            }
            if (!condition.ifMatch().equals("*") && !Objects.equals(unquoted(condition.ifMatch()), etag)) {
                throw S3Errors.preconditionFailed();
            }
        }
        if (condition.ifNoneMatch() != null && current != null) {
            if (condition.ifNoneMatch().equals("*") || Objects.equals(unquoted(condition.ifNoneMatch()), etag)) {
                throw S3Errors.preconditionFailed();
            }
        }
    }

    private Path target(String bucket, String key) {
        Path target = folder.object(bucket, key);
        if (target == null) {
            throw S3Errors.invalidKey("The key leads out of its bucket");
        }
        if (key.startsWith(".mpus-") || key.startsWith(".s3proxy-")) {
            throw S3Errors.invalidKey("Keys that begin with .mpus- or .s3proxy- are reserved");
        }
        return target;
    }

    /// What S3 answers for a failure of the file system.
    static RuntimeException refusal(IOException failure) {
        String reason = failure instanceof FileSystemException e ? String.valueOf(e.getReason()) : failure.toString();
        if (reason.contains("No space left") || reason.contains("quota")) {
            return S3Errors.storageFull();
        }
        if (reason.contains("File name too long")) {
            return S3Errors.keyTooLong();
        }
        if (failure instanceof FileAlreadyExistsException
                || reason.contains("Not a directory")
                || reason.contains("Is a directory")) {
            return S3Errors.keyInTheWay();
        }
        return new UncheckedIOException(failure);
    }

    private static @Nullable String unquoted(@Nullable String etag) {
        return etag == null ? null : etag.replace("\"", "");
    }
}
