package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.port.ObjectAttributes;
import dev.millrace.invocation.port.WriteCondition;
import io.minio.Http;
import java.util.HashMap;
import java.util.Map;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/// One S3 call, not yet signed.
///
/// @param key null for calls on the bucket
/// @param parameters an empty value for a parameter without one, such as `uploads`
record S3Request(
        Http.Method method,
        BucketName bucket,
        @Nullable String key,
        Map<String, String> parameters,
        Map<String, String> headers,
        @Nullable RequestBody body) {
    static final String INVOCATION_ID = "x-amz-meta-invocation-id";

    S3Request {
        parameters = Map.copyOf(parameters);
        headers = Map.copyOf(headers);
    }

    static S3Request of(Http.Method method, ObjectLocation at) {
        return of(method, at.bucket(), at.key());
    }

    static S3Request of(Http.Method method, BucketName bucket, @Nullable String key) {
        boolean needsBody = method == Http.Method.PUT || method == Http.Method.POST;
        return new S3Request(
                method, bucket, key, Map.of(), Map.of(), needsBody ? RequestBody.create(new byte[0]) : null);
    }

    S3Request parameters(Map<String, String> values) {
        return new S3Request(method, bucket, key, values, headers, body);
    }

    S3Request headers(Map<String, String> values) {
        var all = new HashMap<>(headers);
        all.putAll(values);
        return new S3Request(method, bucket, key, parameters, all, body);
    }

    S3Request body(RequestBody value) {
        return new S3Request(method, bucket, key, parameters, headers, value);
    }

    /// The headers that say what is kept beside the bytes.
    static Map<String, String> headersOf(ObjectAttributes attributes) {
        var headers = new HashMap<String, String>();
        if (attributes.contentType() != null) {
            headers.put("Content-Type", attributes.contentType());
        }
        if (attributes.invocationId() != null) {
            headers.put(INVOCATION_ID, attributes.invocationId().toString());
        }
        return headers;
    }

    static Map<String, String> headersOf(WriteCondition condition) {
        return switch (condition) {
            case WriteCondition.Always _ -> Map.of();
            case WriteCondition.IfAbsent _ -> Map.of("If-None-Match", "*");
            case WriteCondition.IfMatch(String etag) -> Map.of("If-Match", quoted(etag));
        };
    }

    static String quoted(String etag) {
        return "\"" + etag + "\"";
    }

    static String unquoted(String etag) {
        return etag.startsWith("\"") && etag.endsWith("\"") && etag.length() > 1
                ? etag.substring(1, etag.length() - 1)
                : etag;
    }
}
