using MiniTorch.Cli;

using var stop = Interrupt.Listen();
return Tool.Run(args, Screen.OfConsole(stop.Token));
