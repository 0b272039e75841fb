package dev.millrace.controller;

import dev.millrace.controlplane.ResourceCatalog;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A controller that can be stopped and started again with nothing in its memory.
final class RunningController implements AutoCloseable {
    private final TestPlatform platform;
    private final ControllerConfig config;
    private @Nullable ResourceCatalog catalog;
    private @Nullable Controller controller;

    RunningController(TestPlatform platform, ControllerConfig config) {
        this.platform = platform;
        this.config = config;
    }

    RunningController start() {
        ResourceCatalog own = platform.openCatalog();
        Controller fresh = platform.create(config, own);
        catalog = own;
        controller = fresh;
        fresh.start();
        return this;
    }

    Controller controller() {
        return Objects.requireNonNull(controller);
    }

    @Override
    public void close() {
        if (controller != null) {
            controller.close();
            controller = null;
        }
        if (catalog != null) {
            catalog.close();
            catalog = null;
        }
    }
}
