package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.StoreAccess;
import java.net.URI;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What the contracts are run on.
final class Adapters {
    private Adapters() {}

    static S3ObjectStore store(StoreAccess access, BucketName bucket) {
        return new S3ObjectStore(
                config(access, access.endpoint()), bucket, InstantSource.system(), RandomGenerator.getDefault());
    }

    static S3UploadSigner signer(StoreAccess access, URI publicEndpoint) {
        return new S3UploadSigner(config(access, publicEndpoint), InstantSource.system(), RandomGenerator.getDefault());
    }

    static S3Config config(StoreAccess access, URI publicEndpoint) {
        return new S3Config(
                access.endpoint(), publicEndpoint, access.region(), access.accessKey(), new Secret(access.secretKey()));
    }
}
