package dev.millrace.storage;

import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import dev.millrace.invocation.port.WriteResult;
import io.minio.Http;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// The calls that writer, reader and multipart share: each retried, none of them ever wrong about what it
/// wrote.
final class S3Calls implements AutoCloseable {
    /// For calls with small bodies both ways.
    static final Duration SHORT = Duration.ofSeconds(20);

    private static final long SLOWEST_BYTES_PER_SECOND = 256 * 1024;

    private final S3Signing signing;
    private final S3Http http;
    private final Retries retries;
    private final @Nullable Duration patience;

    S3Calls(S3Signing signing, S3Http http, Retries retries) {
        this(signing, http, retries, null);
    }

    private S3Calls(S3Signing signing, S3Http http, Retries retries, @Nullable Duration patience) {
        this.signing = signing;
        this.http = http;
        this.retries = retries;
        this.patience = patience;
    }

    /// The same over the same connections, no try longer than that, and none begun later.
    S3Calls within(Duration newPatience) {
        return new S3Calls(signing, http, retries.within(newPatience), newPatience);
    }

    Retries retries() {
        return retries;
    }

    /// One try; the caller closes the response.
    Response once(S3Request request, Duration total) throws IOException {
        Duration limit = patience;
        return http.send(signing.sign(request), limit == null || limit.compareTo(total) > 0 ? total : limit);
    }

    /// A call whose answer's body is text, retried.
    String text(String what, S3Request request) {
        return retries.run(what, _ -> {
            try (Response response = once(request, SHORT)) {
                return response.body().string();
            }
        });
    }

    /// An object written in one piece.
    WriteResult put(ObjectLocation at, Payload body, ObjectAttributes attributes, WriteCondition condition) {
        byte[] md5 = Digests.md5(body.bytes());
        var headers = new HashMap<String, String>();
        headers.putAll(S3Request.headersOf(attributes));
        headers.putAll(S3Request.headersOf(condition));
        headers.put("Content-MD5", Digests.base64(md5));
        S3Request request = S3Request.of(Http.Method.PUT, at).headers(headers).body(RequestBody.create(body.bytes()));
        Duration total = SHORT.plusSeconds(body.size() / SLOWEST_BYTES_PER_SECOND);
        return retries.run("put " + at, isRepeated -> {
            try (Response response = once(request, total)) {
                return new WriteResult.Written(etag(response));
            } catch (S3Refusal e) {
                return settle(at, e, condition, isRepeated, Digests.hex(md5), attributes, body.size());
            }
        });
    }

    /// What a refused write means. After a try whose answer was lost, the object that is in the way may be
    /// our own.
    ///
    /// @param etag that the object has if it is ours, or the empty text when that is not known
    /// @param size of ours, or -1 when that is not known
    WriteResult settle(
            ObjectLocation at,
            S3Refusal refusal,
            WriteCondition condition,
            boolean isRepeated,
            String etag,
            ObjectAttributes attributes,
            long size)
            throws IOException {
        boolean isConditional = !(condition instanceof WriteCondition.Always);
        boolean mayBeOurs =
                isRepeated && (refusal.isPrecondition() || refusal.code().equals("NoSuchUpload"));
        if (mayBeOurs) {
            Optional<ObjectHead> there = headOnce(at);
            if (there.isPresent() && isOurs(there.get(), etag, attributes, size)) {
                return new WriteResult.Written(there.get().info().etag());
            }
        }
        if (isConditional && refusal.isPrecondition()) {
            return new WriteResult.Refused();
        }
        throw refusal;
    }

    Optional<ObjectHead> head(ObjectLocation at) {
        return retries.run("head " + at, _ -> headOnce(at));
    }

    static String etag(Response response) throws IOException {
        String etag = response.header("ETag");
        if (etag == null) {
            throw new IOException("answer without ETag");
        }
        return S3Request.unquoted(etag);
    }

    @Override
    public void close() {
        http.close();
    }

    private Optional<ObjectHead> headOnce(ObjectLocation at) throws IOException {
        try (Response response = once(S3Request.of(Http.Method.HEAD, at), SHORT)) {
            return Optional.of(ObjectHead.of(at, response.headers()));
        } catch (S3Refusal e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isOurs(ObjectHead there, String etag, ObjectAttributes attributes, long size) {
        if (there.info().etag().equals(etag)) {
            return true;
        }
        @Nullable String id = there.info().invocationId();
        boolean isSameInvocation = attributes.invocationId() != null
                && attributes.invocationId().toString().equals(id);
        return isSameInvocation && !there.hasMd5() && there.info().size() == size;
    }
}
