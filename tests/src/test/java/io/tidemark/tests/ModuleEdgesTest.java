package io.tidemark.tests;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The allowed edges between modules, in the one place where they stand as code. Maven keeps a
/// module from seeing those above it; this test also keeps it from reaching past its neighbour to
/// what Maven hands down transitively. `io.tidemark.storage` is the common vocabulary, open to all.
class ModuleEdgesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.tidemark");

  @Test
  void modulesUseOnlyTheModulesTheyMay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("shared-storage")
        .definedBy("io.tidemark.storage..")
        .layer("log-service")
        .definedBy("io.tidemark.log..")
        .layer("page-server")
        .definedBy("io.tidemark.pageserver..")
        .layer("engine")
        .definedBy("io.tidemark.engine..")
        .layer("sql")
        .definedBy("io.tidemark.sql..")
        .layer("mysql")
        .definedBy("io.tidemark.mysql..")
        .layer("server")
        .definedBy("io.tidemark.server..")
        .whereLayer("shared-storage")
        .mayNotAccessAnyLayer()
        .whereLayer("log-service")
        .mayOnlyAccessLayers("shared-storage")
        .whereLayer("page-server")
        .mayOnlyAccessLayers("shared-storage", "log-service")
        .whereLayer("engine")
        .mayOnlyAccessLayers("shared-storage", "log-service", "page-server")
        .whereLayer("sql")
        .mayOnlyAccessLayers("shared-storage", "engine")
        .whereLayer("mysql")
        .mayOnlyAccessLayers("shared-storage", "sql")
        .whereLayer("server")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void packagesOfAModuleFormNoCycle() {
    slices()
        .matching("io.tidemark.(*.*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
