package dev.millrace.testkit;

import java.net.URI;

/// How to reach an S3 server.
public record StoreAccess(URI endpoint, String accessKey, String secretKey, String region) {
    /// The same store behind another address, such as a proxy's.
    public StoreAccess at(URI other) {
        return new StoreAccess(other, accessKey, secretKey, region);
    }

    @Override
    public String toString() {
        return "StoreAccess[" + endpoint + "]";
    }
}
