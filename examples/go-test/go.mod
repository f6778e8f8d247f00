module example/relata

go 1.22
