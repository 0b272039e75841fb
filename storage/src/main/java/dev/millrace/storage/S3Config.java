package dev.millrace.storage;

import dev.millrace.runtime.Secret;
import dev.millrace.runtime.Settings;
import java.net.URI;

/// Where the store is and who we are to it.
///
/// @param endpoint as this process reaches it: `http://host:port` or `https://host`
/// @param publicEndpoint as clients reach it; signed into the addresses they are given
public record S3Config(URI endpoint, URI publicEndpoint, String region, String accessKey, Secret secretKey) {
    public static final String DEFAULT_REGION = "us-east-1";
    private static final URI DEFAULT_ENDPOINT = URI.create("http://127.0.0.1:9000");

    public S3Config {
        requireAddress("s3.endpoint", endpoint);
        requireAddress("s3.public-endpoint", publicEndpoint);
        if (region.isBlank()) {
            throw new IllegalArgumentException("s3.region: empty");
        }
    }

    /// Reads the `s3.` keys; the public endpoint is the endpoint unless it is set.
    public static S3Config from(Settings settings) {
        URI endpoint = settings.get("s3.endpoint", DEFAULT_ENDPOINT, S3Config::http);
        URI publicEndpoint = settings.get("s3.public-endpoint", endpoint, S3Config::http);
        String region = settings.get("s3.region", DEFAULT_REGION);
        String accessKey = settings.get("s3.access-key", "");
        Secret secretKey = settings.get("s3.secret-key", new Secret(""), Secret::new);
        settings.require(!accessKey.isBlank(), "s3.access-key: not set");
        settings.require(!secretKey.value().isBlank(), "s3.secret-key: not set");
        settings.require(!region.isBlank(), "s3.region: empty");
        return new S3Config(endpoint, publicEndpoint, region.isBlank() ? DEFAULT_REGION : region, accessKey, secretKey);
    }

    private static URI http(String text) {
        URI uri = URI.create(text);
        if (!isAddress(uri)) {
            throw new IllegalArgumentException("expected: http://host:port or https://host");
        }
        return uri;
    }

    private static void requireAddress(String key, URI uri) {
        if (!isAddress(uri)) {
            throw new IllegalArgumentException(key + ": " + uri + " (expected: http://host:port or https://host)");
        }
    }

    private static boolean isAddress(URI uri) {
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        boolean isBare = uri.getPath() == null
                || uri.getPath().isEmpty()
                || uri.getPath().equals("/");
        return isHttp && uri.getHost() != null && isBare && uri.getUserInfo() == null && uri.getQuery() == null;
    }
}
