package dev.millrace.testkit;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.testkit.contract.ObjectStoreContract;
import java.net.URI;
import java.time.InstantSource;

class FakeObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore connect(StoreAccess access, BucketName bucket) {
        return new FakeObjectStore(InstantSource.system()).requiring(bucket);
    }

    @Override
    protected StoreAccess access() {
        return new StoreAccess(URI.create("memory:///"), "", "", "us-east-1");
    }
}
