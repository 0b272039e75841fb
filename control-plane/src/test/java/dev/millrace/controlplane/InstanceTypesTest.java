package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.InstanceTypes.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTypesTest {
    private final InstanceTypes types = InstanceTypes.common();

    @ParameterizedTest
    @CsvSource({
        "ml.t2.medium,2,4096,0",
        "ml.m5.large,2,8192,0",
        "ml.c5.xlarge,4,8192,0",
        "ml.c5.18xlarge,72,147456,0",
        "ml.r6i.32xlarge,128,1048576,0",
        "ml.c8g.medium,1,2048,0",
        "ml.g4dn.xlarge,4,16384,1",
        "ml.g5.12xlarge,48,196608,4",
        "ml.g5.2xlarge,8,32768,1",
        "ml.p4d.24xlarge,96,1179648,8",
        "ml.inf2.xlarge,4,16384,1",
        "ml.unheard.of,2,8192,0"
    })
    void sizesWorkersAsTheTypeSays(String type, int cores, int memoryMb, int gpus) {
        assertThat(types.sizeOf(type)).isEqualTo(new Size(cores, memoryMb, gpus));
    }

    @Test
    void knowsEveryHostingType() {
        assertThat(types.all()).hasSize(277);
        assertThat(types.all().keySet()).allMatch(type -> type.matches("ml\\.[a-z0-9-]+\\.[a-z0-9]+"));
    }

    @Test
    void takesFurtherTypesFromASetting() {
        InstanceTypes extended = InstanceTypes.withExtra("ml.tiny.one=1/512/0, ml.m5.large=4/1024/2");

        assertThat(extended.sizeOf("ml.tiny.one")).isEqualTo(new Size(1, 512, 0));
        assertThat(extended.sizeOf("ml.m5.large").hasAccelerator()).isTrue();
        assertThat(InstanceTypes.withExtra("").all()).isEqualTo(types.all());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ml.a.b", "=1/2/3", "ml.a.b=1/2", "ml.a.b=x/512/0", "ml.a.b=0/512/0", "ml.a.b=1/512/-1"})
    void refusesASettingOfAnotherForm(String setting) {
        assertThatThrownBy(() -> InstanceTypes.withExtra(setting)).isInstanceOf(IllegalArgumentException.class);
    }
}
