package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.millrace.invocation.BucketName;
import dev.millrace.testkit.MinioServer;
import dev.millrace.testkit.StoreAccess;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// The same contracts on a real MinIO, where the machine has one.
@EnabledIf("isOnThisMachine")
final class MinioIT extends StoreContracts {
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

    @Override
    StoreAccess server() {
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
}
