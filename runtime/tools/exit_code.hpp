// What the command's exit status says.
#pragma once

namespace igvm::tools {

inline constexpr int kExitOk = 0;
inline constexpr int kExitDiagnostics = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInputOutput = 3;
inline constexpr int kExitInternal = 4;

}  // namespace igvm::tools
