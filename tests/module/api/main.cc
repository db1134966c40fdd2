#include <gtest/gtest.h>

#include <iostream>

#include "tests/module/api/module_under_test.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const auto missing = countersign::test::missing_environment();
  for (const std::string& name : missing) std::cerr << name << " is not set\n";
  if (!missing.empty()) {
    std::cerr << "run this through tests/support/with-gateway\n";
    return 2;
  }
  return RUN_ALL_TESTS();
}
