package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.testkit.MinioServer;
import dev.millrace.testkit.StoreAccess;
import dev.millrace.testkit.contract.LargeObjectContract;
import dev.millrace.testkit.contract.ObjectStoreContract;
import dev.millrace.testkit.contract.StoreFaultContract;
import dev.millrace.testkit.contract.UploadSignerContract;
import java.net.URI;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The same contracts on a real MinIO, where the machine has one.
@EnabledIf("isOnThisMachine")
final class MinioIT {
    private static @Nullable MinioServer minio;

    static boolean isOnThisMachine() {
        return MinioServer.isPresent();
    }

    @BeforeAll
    static void start() {
        minio = MinioServer.start();
    }

    @AfterAll
    static void stop() {
        if (minio != null) {
            minio.close();
        }
    }

    private static StoreAccess server() {
        if (minio == null) {
            throw new IllegalStateException("not started");
        }
        return minio.access();
    }

    @Test
    void passesTheSelfCheck() {
        var bucket = new BucketName("self-check");
        try (var store = Adapters.store(server(), bucket)) {
            store.ensureBucket(bucket);
            var check = new StoreSelfCheck(store, bucket, InstantSource.system(), RandomGenerator.getDefault());

            assertThatCode(check::run).doesNotThrowAnyException();
        }
    }

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
