package dev.millrace.storage;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.contract.LargeObjectContract;
import dev.millrace.testkit.contract.ObjectStoreContract;
import dev.millrace.testkit.contract.StoreFaultContract;
import dev.millrace.testkit.contract.UploadSignerContract;
import java.net.URI;
import org.junit.jupiter.api.Nested;

/// Every contract of the store, for the adapter on one server.
abstract class StoreContracts {
    abstract StoreAccess server();

    @Nested
    final class Objects extends ObjectStoreContract {
        @Override
        protected ObjectStore connect(StoreAccess access, BucketName bucket) {
            return Adapters.store(access, bucket);
        }

        @Override
        protected StoreAccess access() {
            return server();
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
            return server();
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
            return server();
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
            return server();
        }
    }
}
