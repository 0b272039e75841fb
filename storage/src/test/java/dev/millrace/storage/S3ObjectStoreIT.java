package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.testkit.SharedServers;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.contract.LargeObjectContract;
import dev.millrace.testkit.contract.ObjectStoreContract;
import dev.millrace.testkit.contract.StoreFaultContract;
import dev.millrace.testkit.contract.UploadSignerContract;
import java.net.URI;
import org.junit.jupiter.api.Nested;

/// The adapter with the shared store: the embedded one, or the one that the environment names.
final class S3ObjectStoreIT {
    @Nested
    final class Objects extends ObjectStoreContract {
        @Override
        protected ObjectStore connect(StoreAccess access, BucketName bucket) {
            return Adapters.store(access, bucket);
        }

        @Override
        protected StoreAccess access() {
            return SharedServers.store();
        }
    }

    @Nested
    final class LargeObjects extends LargeObjectContract {
        @Override
        protected ObjectStore connect(StoreAccess access, BucketName bucket) {
            return Adapters.store(access, bucket);
        }

        @Override
        protected StoreAccess access() {
            return SharedServers.store();
        }
    }

    @Nested
    final class Faults extends StoreFaultContract {
        @Override
        protected ObjectStore connect(StoreAccess access, BucketName bucket) {
            return Adapters.store(access, bucket);
        }

        @Override
        protected StoreAccess access() {
            return SharedServers.store();
        }
    }

    @Nested
    final class Signer extends UploadSignerContract {
        @Override
        protected ObjectStore connect(StoreAccess access, BucketName bucket) {
            return Adapters.store(access, bucket);
        }

        @Override
        protected UploadSigner signer(StoreAccess access, URI publicEndpoint) {
            return Adapters.signer(access, publicEndpoint);
        }

        @Override
        protected StoreAccess access() {
            return SharedServers.store();
        }
    }
}
