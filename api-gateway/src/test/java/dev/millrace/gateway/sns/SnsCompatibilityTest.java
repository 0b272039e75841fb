package dev.millrace.gateway.sns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.testkit.CompatibilityPage;
import dev.millrace.testkit.FakeFeed;
import dev.millrace.testkit.FakeObjectStore;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnsCompatibilityTest {
    @Test
    void thePageNamesEveryActionThatThereIsAndNoOther() {
        InstantSource clock = InstantSource.system();
        ControlPlaneConfig config = ControlPlaneConfig.DEFAULT;
        var store = new FakeObjectStore(clock, config.platformBucket());
        try (var catalog = ResourceCatalog.open(
                store, new PlatformObjects(config.platformBucket()), new FakeFeed<>(clock), clock)) {
            SnsApi api = SnsApi.create(catalog, config, new FakeFeed<>(clock), clock, new Random(1));

            assertThat(CompatibilityPage.operations("SNS")).isEqualTo(api.actions());
        }
    }
}
