package dev.millrace.testkit;

import dev.millrace.invocation.Payload;
import dev.millrace.runtime.Secret;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/// AWS's own signer for Java, version 4. Thread-safe.
public final class AwsSigner {
    public static final String REGION = "us-east-1";

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsIdentity identity;
    private final Clock clock;

    public AwsSigner(String accessKeyId, Secret secret, Instant now) {
        this(AwsCredentialsIdentity.create(accessKeyId, secret.value()), now);
    }

    /// With temporary credentials.
    public AwsSigner(String accessKeyId, Secret secret, Secret sessionToken, Instant now) {
        this(AwsSessionCredentialsIdentity.create(accessKeyId, secret.value(), sessionToken.value()), now);
    }

    private AwsSigner(AwsCredentialsIdentity identity, Instant now) {
        this.identity = identity;
        this.clock = Clock.fixed(now, ZoneOffset.UTC);
    }

    /// A request before it is signed.
    ///
    /// @param host with its port
    /// @param path encoded
    /// @param query by name, not encoded
    /// @param isBodySigned otherwise the signer says `UNSIGNED-PAYLOAD`
    /// @param lifetime of a presigned address, or null to sign in the header
    public record Plain(
            String method,
            String host,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> headers,
            Payload body,
            boolean isBodySigned,
            @Nullable Duration lifetime) {
        /// A `POST` to be signed in its header, body and all.
        public static Plain post(String host, String path, Map<String, List<String>> headers, Payload body) {
            return new Plain("POST", host, path, Map.of(), headers, body, true, null);
        }
    }

    /// A signed request.
    ///
    /// @param path encoded
    /// @param query encoded; empty when there is none
    /// @param headers as they are to be sent, `Host` included
    public record Signed(String method, String path, String query, Map<String, List<String>> headers) {}

    public Signed sign(Plain plain, String service, String region) {
        SdkHttpFullRequest.Builder builder = SdkHttpFullRequest.builder()
                // Without TLS the signer signs the body whatever it is told.
                .uri(URI.create((plain.isBodySigned() ? "http" : "https") + "://" + plain.host()))
                .method(SdkHttpMethod.fromValue(plain.method()))
                .encodedPath(plain.path());
        plain.query().forEach(builder::putRawQueryParameter);
        plain.headers().forEach(builder::putHeader);
        SdkHttpRequest request = signer.sign(each -> {
                    each.identity(identity)
                            .request(builder.build())
                            .payload(ContentStreamProvider.fromByteArray(
                                    plain.body().bytes()))
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                            .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                            .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, plain.isBodySigned())
                            .putProperty(HttpSigner.SIGNING_CLOCK, clock);
                    if (plain.lifetime() != null) {
                        each.putProperty(AwsV4HttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                                .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, plain.lifetime());
                    }
                })
                .request();
        return new Signed(
                request.method().name(),
                request.encodedPath(),
                request.encodedQueryParameters().orElse(""),
                request.headers());
    }
}
