package dev.millrace.testkit;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.ObjectInfo;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.ObjectWriter;
import dev.millrace.invocation.port.StoredObject;
import dev.millrace.invocation.port.UnfinishedUpload;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// An object store in memory, with the conditions of a real one. Thread-safe.
public final class FakeObjectStore implements ObjectStore {
    private static final int PAGE = 1000;
    private static final Comparator<String> KEY_ORDER =
            Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final Map<BucketName, NavigableMap<String, StoredObject>> buckets = new HashMap<>();
    private final Set<UnfinishedUpload> uploads = ConcurrentHashMap.newKeySet();
    private final AtomicLong uploadNames = new AtomicLong();
    private final InstantSource clock;
    private final List<BucketName> wanted = new ArrayList<>();
    private boolean isOut;
    private @Nullable Runnable beforeNextWrite;
    private boolean isNextWriteRepeated;

    public FakeObjectStore(InstantSource clock, BucketName... buckets) {
        this.clock = clock;
        for (BucketName bucket : buckets) {
            ensureBucket(bucket);
        }
    }

    /// A bucket without which the store says that it cannot be used.
    public synchronized FakeObjectStore requiring(BucketName bucket) {
        wanted.add(bucket);
        return this;
    }

    /// While true every call fails as if the store were out of reach.
    public synchronized void setOut(boolean isOutOfReach) {
        isOut = isOutOfReach;
    }

    /// Runs once, before the next write looks at its condition: another writer who is faster.
    public synchronized void beforeNextWrite(Runnable action) {
        beforeNextWrite = action;
    }

    /// Loses the answer of the next write, so that it is made a second time, as a client of a store does.
    public synchronized void loseAnswerOfNextWrite() {
        isNextWriteRepeated = true;
    }

    private synchronized boolean takeRepeat() {
        boolean isRepeated = isNextWriteRepeated;
        isNextWriteRepeated = false;
        return isRepeated;
    }

    @Override
    public WriteResult put(ObjectLocation at, Payload body, ObjectAttributes attributes, WriteCondition condition) {
        if (takeRepeat()) {
            put(at, body, attributes, condition);
        }
        runBeforeWrite();
        synchronized (this) {
            requireReachable();
            NavigableMap<String, StoredObject> bucket = bucket(at);
            StoredObject existing = bucket.get(at.key());
            boolean holds = switch (condition) {
                case WriteCondition.Always _ -> true;
                case WriteCondition.IfAbsent _ -> existing == null;
                case WriteCondition.IfMatch(String etag) ->
                    existing != null && existing.info().etag().equals(etag);
            };
            if (!holds) {
                return new WriteResult.Refused();
            }
            var invocation = attributes.invocationId();
            var info = new ObjectInfo(
                    at,
                    body.size(),
                    etag(body),
                    clock.instant(),
                    attributes.contentType(),
                    invocation == null ? null : invocation.toString());
            bucket.put(at.key(), new StoredObject(info, body));
            return new WriteResult.Written(info.etag());
        }
    }

    @Override
    public ObjectWriter open(ObjectLocation at, ObjectAttributes attributes, WriteCondition condition) {
        var bytes = new ByteArrayOutputStream();
        var upload = new UnfinishedUpload(at, "upload-" + uploadNames.incrementAndGet(), clock.instant());
        return new ObjectWriter() {
            @Override
            public void write(ByteBuffer part) {
                byte[] copy = new byte[part.remaining()];
                part.get(copy);
                bytes.writeBytes(copy);
                uploads.add(upload);
            }

            @Override
            public long bytesWritten() {
                return bytes.size();
            }

            @Override
            public WriteResult commit() {
                if (bytes.size() > 0 && !uploads.remove(upload)) {
                    throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, at + ": the upload is gone");
                }
                return put(at, Payload.of(bytes.toByteArray()), attributes, condition);
            }

            @Override
            public void close() {
                uploads.remove(upload);
                bytes.reset();
            }
        };
    }

    @Override
    public Optional<ObjectInfo> head(ObjectLocation at) {
        return find(at).map(StoredObject::info);
    }

    @Override
    public Optional<StoredObject> get(ObjectLocation at, long maxBytes) {
        Optional<StoredObject> found = find(at);
        if (found.isPresent() && found.get().body().size() > maxBytes) {
            throw new PlatformException(ErrorCode.PAYLOAD_TOO_LARGE, at + ": more than " + maxBytes + " bytes");
        }
        return found;
    }

    @Override
    public InputStream read(ObjectLocation at, String etag, long offset, long length) {
        StoredObject found = find(at).filter(object -> object.info().etag().equals(etag))
                .orElseThrow(() -> new PlatformException(ErrorCode.INPUT_NOT_FOUND, at + ": gone or changed"));
        return new ByteArrayInputStream(found.body().bytes(), Math.toIntExact(offset), Math.toIntExact(length));
    }

    @Override
    public Optional<ObjectInfo> download(ObjectLocation at, Path file) {
        Optional<StoredObject> found = find(at);
        try {
            if (found.isPresent()) {
                Files.write(file, found.get().body().bytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.map(StoredObject::info);
    }

    @Override
    public synchronized void delete(ObjectLocation at) {
        requireReachable();
        NavigableMap<String, StoredObject> bucket = buckets.get(at.bucket());
        if (bucket != null) {
            bucket.remove(at.key());
        }
    }

    @Override
    public synchronized List<ObjectInfo> list(BucketName name, String prefix, String startAfter) {
        requireReachable();
        NavigableMap<String, StoredObject> bucket = buckets.get(name);
        if (bucket == null) {
            return List.of();
        }
        return bucket.tailMap(startAfter, false).values().stream()
                .map(StoredObject::info)
                .filter(info -> info.location().key().startsWith(prefix))
                .map(info -> new ObjectInfo(info.location(), info.size(), info.etag(), info.lastModified(), null, null))
                .limit(PAGE)
                .toList();
    }

    @Override
    public synchronized List<UnfinishedUpload> unfinishedUploads(
            BucketName bucket, String prefix, Instant begunBefore) {
        requireReachable();
        return uploads.stream()
                .filter(upload -> upload.location().bucket().equals(bucket))
                .filter(upload -> upload.location().key().startsWith(prefix))
                .filter(upload -> upload.begunAt().isBefore(begunBefore))
                .toList();
    }

    @Override
    public synchronized void abort(UnfinishedUpload upload) {
        requireReachable();
        uploads.remove(upload);
    }

    @Override
    public synchronized void ensureBucket(BucketName bucket) {
        requireReachable();
        buckets.computeIfAbsent(bucket, _ -> new TreeMap<>(KEY_ORDER));
    }

    @Override
    public synchronized boolean bucketExists(BucketName bucket) {
        requireReachable();
        return buckets.containsKey(bucket);
    }

    /// Nothing here takes time.
    @Override
    public ObjectStore within(Duration patience) {
        return this;
    }

    @Override
    public synchronized void check() {
        requireReachable();
        if (!buckets.keySet().containsAll(wanted)) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "a bucket is missing");
        }
    }

    @Override
    public void close() {}

    private synchronized Optional<StoredObject> find(ObjectLocation at) {
        requireReachable();
        NavigableMap<String, StoredObject> bucket = buckets.get(at.bucket());
        return bucket == null ? Optional.empty() : Optional.ofNullable(bucket.get(at.key()));
    }

    private NavigableMap<String, StoredObject> bucket(ObjectLocation at) {
        NavigableMap<String, StoredObject> bucket = buckets.get(at.bucket());
        if (bucket == null) {
            throw new PlatformException(ErrorCode.VALIDATION_ERROR, "bucket " + at.bucket() + ": does not exist");
        }
        return bucket;
    }

    private void runBeforeWrite() {
        Runnable action;
        synchronized (this) {
            action = beforeNextWrite;
            beforeNextWrite = null;
        }
        if (action != null) {
            action.run();
        }
    }

    private void requireReachable() {
        if (isOut) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the store is out of reach");
        }
    }

    private static String etag(Payload body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body.bytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
