package dev.millrace.invocation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/// Where the platform keeps its own objects. The only type that knows the layout of the platform's
/// bucket.
public record PlatformObjects(BucketName bucket) {
    public static final String RESOURCES = "resources/";
    public static final String PAYLOADS = "payloads/";
    public static final String METRICS = "metrics/";

    private static final DateTimeFormatter HOUR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd/HH", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// The input of a call whose body came through the gateway and was over the inline limit.
    public ObjectLocation input(InvocationId id) {
        return new ObjectLocation(bucket, PAYLOADS + id + "/input");
    }

    /// The reply of a real-time call that was over the inline limit.
    public ObjectLocation reply(InvocationId id) {
        return new ObjectLocation(bucket, PAYLOADS + id + "/reply");
    }

    /// The output of an asynchronous call whose endpoint names no `S3OutputPath`.
    public ObjectLocation output(EndpointName endpoint, InvocationId id) {
        return new ObjectLocation(bucket, "async-endpoint-outputs/" + endpoint + "/" + id + ".out");
    }

    /// Its failure object.
    public ObjectLocation failure(EndpointName endpoint, InvocationId id) {
        return new ObjectLocation(bucket, "async-endpoint-outputs/" + endpoint + "/" + id + "-error.out");
    }

    /// A document of the control plane.
    ///
    /// @param kind in lower case, such as `endpoint`
    public ObjectLocation resource(String kind, String name) {
        return new ObjectLocation(bucket, RESOURCES + kind + "/" + name + ".json");
    }

    /// The claim of an idempotency key, named by the hash of endpoint and key so that no client text
    /// becomes a path.
    public ObjectLocation claim(EndpointName endpoint, String idempotencyKey) {
        return new ObjectLocation(bucket, "claims/" + endpoint + "/" + sha256(endpoint + "\n" + idempotencyKey));
    }

    /// The metrics of an hour; the keys sort by time.
    ///
    /// @param hour its begin
    public ObjectLocation metrics(Instant hour) {
        return new ObjectLocation(bucket, METRICS + HOUR.format(hour) + ".json.gz");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
