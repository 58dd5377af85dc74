"""run_tests: run modules of unittests and print each test with its result, a line each: RESULT NAME."""

import sys
import unittest

# It waits for ever on a kernel that has AF_VSOCK and nobody to connect it with.
LEFT_OUT = "VSOCKSocketStreamTest"
RESULTS = open(3, "w", encoding="utf-8")


class Lines(unittest.TestResult):
    def say(self, test, result):
        print(result, test.id(), file=RESULTS, flush=True)

    def addSuccess(self, test):
        self.say(test, "ok")

    def addError(self, test, err):
        self.say(test, f"error-{err[0].__name__}")

    def addFailure(self, test, err):
        self.say(test, "failure")

    def addSkip(self, test, reason):
        self.say(test, "skipped")

    def addExpectedFailure(self, test, err):
        self.say(test, "expected-failure")

    def addUnexpectedSuccess(self, test):
        self.say(test, "unexpected-success")

    def addSubTest(self, test, subtest, err):
        if err:
            self.say(subtest, f"error-{err[0].__name__}")


def leaves(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from leaves(test)
        elif LEFT_OUT not in test.id():
            yield test


unittest.TestSuite(leaves(unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:]))).run(Lines())
