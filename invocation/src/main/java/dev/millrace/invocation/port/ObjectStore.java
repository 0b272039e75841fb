package dev.millrace.invocation.port;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An S3-compatible object store.
///
/// Thread-safe; every call blocks its (virtual) thread. Reads and writes that the store refuses with 5xx,
/// throttles or
/// breaks off are retried a few times with backoff and then end in `SERVICE_UNAVAILABLE`; a bucket or key
/// that is not
/// there is an empty answer, never an exception, unless a method says otherwise.
public interface ObjectStore extends AutoCloseable {
    /// Writes an object whole or not at all.
    ///
    /// @throws PlatformException `VALIDATION_ERROR` when the bucket does not exist; `STORAGE_FULL` when the
    ///     store has no
    ///     room
    WriteResult put(ObjectLocation at, Payload body, ObjectAttributes attributes, WriteCondition condition);

    /// Begins an object of unknown size, written in parts; nothing is visible until it is committed.
    ///
    /// The caller closes it; closing without a commit leaves nothing behind.
    ObjectWriter open(ObjectLocation at, ObjectAttributes attributes, WriteCondition condition);

    Optional<ObjectInfo> head(ObjectLocation at);

    /// The whole object, its length checked.
    ///
    /// @throws PlatformException `PAYLOAD_TOO_LARGE` when it is larger than `maxBytes`
    Optional<StoredObject> get(ObjectLocation at, long maxBytes);

    /// A part of an object as a stream that the caller closes; it resumes by itself where the connection
    /// breaks, and
    /// ends
    /// in an `IOException` when fewer bytes arrive than asked for.
    ///
    /// @param etag what [#head] told: when the object has changed since, the read fails with `INPUT_NOT_FOUND`
    InputStream read(ObjectLocation at, String etag, long offset, long length);

    /// Copies an object into a file by parallel ranged reads and checks its length.
    ///
    /// @return what was read, or empty when there is no such object
    Optional<ObjectInfo> download(ObjectLocation at, Path file);

    /// Deletes the object; one that is not there is no error.
    void delete(ObjectLocation at);

    /// Objects whose keys begin with the prefix, in key order, those after `startAfter` only; at most 1,000.
    ///
    /// @param startAfter a key, or the empty text to begin
    List<ObjectInfo> list(BucketName bucket, String prefix, String startAfter);

    /// Uploads in parts below the prefix that were begun before then and are still open: of processes that died,
    /// mostly.
    ///
    /// At most some thousands; those that a store does not tell of are left to it.
    List<UnfinishedUpload> unfinishedUploads(BucketName bucket, String prefix, Instant begunBefore);

    /// Gives the upload up and its parts with it; one that is not there is no error.
    void abort(UnfinishedUpload upload);

    /// Makes the bucket if it is not there.
    void ensureBucket(BucketName bucket);

    boolean bucketExists(BucketName bucket);

    /// The same store for callers that somebody waits for: a call fails with `SERVICE_UNAVAILABLE` after that
    /// time, or after twice as long when the store answered a first try and no other. Closed with this one.
    ObjectStore within(Duration patience);

    /// Whether operations are likely to succeed: cheap, repeatable, with its own short timeout.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` with the cause
    void check();

    @Override
    void close();
}
