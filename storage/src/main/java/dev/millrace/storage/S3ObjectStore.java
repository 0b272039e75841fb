package dev.millrace.storage;

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
import io.minio.Http;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import okhttp3.Response;

/// The store behind [ObjectStore]: minio-java signs and reads XML, OkHttp carries.
public final class S3ObjectStore implements ObjectStore {
    private static final Duration CHECK = Duration.ofSeconds(2);
    private static final Duration GET = Duration.ofMinutes(2);
    private static final int MAX_KEYS = 1000;

    private final BucketName checked;
    private final S3Calls calls;
    private final Multipart multipart;
    private final Download download;

    /// @param checked the bucket that [#check] asks for
    public S3ObjectStore(S3Config config, BucketName checked, InstantSource clock, RandomGenerator random) {
        this(
                checked,
                new S3Calls(new S3Signing(config.endpoint(), config, clock), new S3Http(config), new Retries(random)));
    }

    private S3ObjectStore(BucketName checked, S3Calls calls) {
        this.checked = checked;
        this.calls = calls;
        this.multipart = new Multipart(calls);
        this.download = new Download(calls);
    }

    @Override
    public WriteResult put(ObjectLocation at, Payload body, ObjectAttributes attributes, WriteCondition condition) {
        return calls.put(at, body, attributes, condition);
    }

    @Override
    public ObjectWriter open(ObjectLocation at, ObjectAttributes attributes, WriteCondition condition) {
        return new S3ObjectWriter(calls, multipart, at, attributes, condition);
    }

    @Override
    public Optional<ObjectInfo> head(ObjectLocation at) {
        return calls.head(at).map(ObjectHead::info);
    }

    @Override
    public Optional<StoredObject> get(ObjectLocation at, long maxBytes) {
        S3Request request = S3Request.of(Http.Method.GET, at).headers(Map.of("Accept-Encoding", "identity"));
        return calls.retries().run("get " + at, _ -> {
            try (Response response = calls.once(request, GET)) {
                return Optional.of(whole(at, response, maxBytes));
            } catch (S3Refusal e) {
                if (e.isMissing()) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public InputStream read(ObjectLocation at, String etag, long offset, long length) {
        return new RangeStream(calls, at, etag, offset, length);
    }

    @Override
    public Optional<ObjectInfo> download(ObjectLocation at, Path file) {
        return download.to(at, file);
    }

    @Override
    public void delete(ObjectLocation at) {
        calls.retries().run("delete " + at, _ -> {
            try (Response response = calls.once(S3Request.of(Http.Method.DELETE, at), S3Calls.SHORT)) {
                return response.code();
            } catch (S3Refusal e) {
                if (e.isMissing()) {
                    return e.status();
                }
                throw e;
            }
        });
    }

    @Override
    public List<ObjectInfo> list(BucketName bucket, String prefix, String startAfter) {
        var parameters = new HashMap<String, String>();
        parameters.put("list-type", "2");
        parameters.put("encoding-type", "url");
        parameters.put("max-keys", String.valueOf(MAX_KEYS));
        parameters.put("prefix", prefix);
        if (!startAfter.isEmpty()) {
            parameters.put("start-after", startAfter);
        }
        S3Request request = S3Request.of(Http.Method.GET, bucket, null).parameters(parameters);
        return calls.retries().run("list " + bucket, _ -> {
            try (Response response = calls.once(request, GET)) {
                return Listing.parse(bucket, response.body().string());
            } catch (S3Refusal e) {
                if (e.isMissing()) {
                    return List.of();
                }
                throw e;
            }
        });
    }

    @Override
    public List<UnfinishedUpload> unfinishedUploads(BucketName bucket, String prefix, Instant begunBefore) {
        return multipart.list(bucket, prefix, begunBefore);
    }

    @Override
    public void abort(UnfinishedUpload upload) {
        multipart.abort(upload.location(), upload.uploadId());
    }

    @Override
    public void ensureBucket(BucketName bucket) {
        if (bucketExists(bucket)) {
            return;
        }
        calls.retries().run("make bucket " + bucket, _ -> {
            try (Response response = calls.once(S3Request.of(Http.Method.PUT, bucket, null), S3Calls.SHORT)) {
                return response.code();
            } catch (S3Refusal e) {
                if (e.code().equals("BucketAlreadyOwnedByYou")) {
                    return e.status();
                }
                throw e;
            }
        });
    }

    @Override
    public boolean bucketExists(BucketName bucket) {
        return calls.retries().run("look for bucket " + bucket, _ -> bucketExists(bucket, S3Calls.SHORT));
    }

    @Override
    public ObjectStore within(Duration patience) {
        return new S3ObjectStore(checked, calls.within(patience));
    }

    @Override
    public void check() {
        try {
            if (!bucketExists(checked, CHECK)) {
                throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: there is no bucket " + checked);
            }
        } catch (IOException e) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "store: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        calls.close();
    }

    private boolean bucketExists(BucketName bucket, Duration total) throws IOException {
        try (Response response = calls.once(S3Request.of(Http.Method.HEAD, bucket, null), total)) {
            return response.isSuccessful();
        } catch (S3Refusal e) {
            if (e.isMissing()) {
                return false;
            }
            throw e;
        }
    }

    private static StoredObject whole(ObjectLocation at, Response response, long maxBytes) throws IOException {
        ObjectHead head = ObjectHead.of(at, response.headers(), response.body().contentLength());
        ObjectInfo info = head.info();
        if (info.size() > maxBytes) {
            throw new PlatformException(
                    ErrorCode.PAYLOAD_TOO_LARGE, at + ": " + info.size() + " bytes (expected: <= " + maxBytes + ")");
        }
        byte[] bytes = response.body().bytes();
        if (head.hasMd5() && !Digests.hex(Digests.md5(bytes)).equals(info.etag())) {
            throw new IOException(at + ": arrived damaged");
        }
        return new StoredObject(info, Payload.of(bytes));
    }
}
