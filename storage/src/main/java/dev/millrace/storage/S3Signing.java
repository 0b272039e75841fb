package dev.millrace.storage;

import io.minio.Checksum;
import io.minio.Http;
import io.minio.Signer;
import io.minio.Time;
import io.minio.errors.MinioException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/// Makes signed requests of one store address. Computation only.
///
/// Bodies are not part of a signature: the sender need not hash them twice, the store need not hold them in
/// memory before it may write them. Their integrity is `Content-MD5`'s business.
final class S3Signing {
    private final Http.BaseUrl address;
    private final S3Config config;
    private final InstantSource clock;

    /// @param address the endpoint or the public endpoint of `config`
    S3Signing(URI address, S3Config config, InstantSource clock) {
        this.address = new Http.BaseUrl(address.toString());
        this.config = config;
        this.clock = clock;
    }

    /// A request signed in its headers, to be sent now.
    Request sign(S3Request request) {
        Request unsigned = new Request.Builder()
                .url(url(request))
                .headers(Headers.of(request.headers()))
                .header(Http.Headers.X_AMZ_DATE, now().format(Time.AMZ_DATE_FORMAT))
                .header(Http.Headers.X_AMZ_CONTENT_SHA256, Checksum.UNSIGNED_PAYLOAD)
                .method(request.method().name(), request.body())
                .build();
        Request withHost =
                unsigned.newBuilder().header("Host", host(unsigned.url())).build();
        try {
            return Signer.signV4S3(
                    withHost,
                    config.region(),
                    config.accessKey(),
                    config.secretKey().value(),
                    Checksum.UNSIGNED_PAYLOAD);
        } catch (MinioException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /// An address that carries its signature, for someone else to use until it expires.
    URI presign(S3Request request, Duration validity) {
        HttpUrl url = url(request);
        Request unsigned = new Request.Builder()
                .url(url)
                .headers(Headers.of(request.headers()))
                .header("Host", host(url))
                .header(Http.Headers.X_AMZ_DATE, now().format(Time.AMZ_DATE_FORMAT))
                .method(request.method().name(), request.body())
                .build();
        try {
            return Signer.presignV4(
                            unsigned,
                            config.region(),
                            config.accessKey(),
                            config.secretKey().value(),
                            (int) validity.toSeconds())
                    .uri();
        } catch (MinioException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    private HttpUrl url(S3Request request) {
        try {
            return address.buildUrl(
                    request.method(),
                    request.bucket().value(),
                    request.key(),
                    config.region(),
                    parameters(request.parameters()));
        } catch (MinioException e) {
            throw new IllegalStateException("address of " + request.bucket(), e);
        }
    }

    private static Http.@Nullable QueryParameters parameters(Map<String, String> parameters) {
        return parameters.isEmpty() ? null : new Http.QueryParameters(parameters);
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(Time.UTC);
    }

    private static String host(HttpUrl url) {
        return url.port() == HttpUrl.defaultPort(url.scheme()) ? url.host() : url.host() + ":" + url.port();
    }
}
